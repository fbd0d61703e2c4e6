/** AWS Config in the world: recorders, rules, and rules of the organization. Data only; times are the world's, in milliseconds since 1970. */

export type ConfigRecorder = { name: string; isRecording: boolean; isServiceLinked: boolean };

export type ConfigRule = {
  name: string;
  arn: string;
  id: string;
  source: { owner: string; identifier: string };
  description?: string;
  maximumExecutionFrequency?: string;
  inputParameters?: string;
  tags: Record<string, string>;
  createdAt: number;
  /** Principal of the AWS service that owns the rule (`securityhub.amazonaws.com`); absent for a rule of the account's own. */
  createdBy?: string;
  /** When the latest evaluation was asked for. */
  evaluationStartedAt?: number;
  /** Compliance is known from here on; before it is INSUFFICIENT_DATA. */
  evaluatedAt?: number;
};

/** A Config rule that AWS puts into every account of the organization, for one Region. */
export type OrganizationConfigRule = {
  name: string;
  arn: string;
  region: string;
  /** The account that put it; nobody else sees it. */
  ownerId: string;
  source: { identifier: string };
  description?: string;
  maximumExecutionFrequency?: string;
  excludedAccounts: string[];
  updatedAt: number;
  /** What the accounts are being brought to; done after a while, account by account. */
  change: 'CREATE' | 'UPDATE' | 'DELETE';
};
