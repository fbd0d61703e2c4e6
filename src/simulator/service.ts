/** What a simulated service is: named operations over the world. Shared by every service; knows no wire. */
import type { Principal, RootUser, Time, World } from './world.ts';

export type CallerKind = 'root-key' | Principal['kind'];

/** Whose signature the request carries. */
export type Caller = {
  kind: CallerKind;
  accountId: string;
  arn: string;
  userId: string;
  accessKeyId: string;
  taskPolicyArn?: string;
  principal?: Principal;
};

export type Call = {
  service: string;
  operation: string;
  /** Region from the signature's scope. */
  region: string;
  caller: Caller;
  userAgent: string;
  sourceIp: string;
  requestId: string;
  at: Time;
  world: World;
};

/** An error as AWS answers it: the wire code (`NoSuchEntity`), the message and the HTTP status. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  readonly extra: Record<string, unknown>;
  constructor(code: string, message: string, status = 400, extra: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}

/** Input and output have the shapes of the SDK client's command of the same name (`$metadata` apart). */
export type Operation<Input, Output> = (input: Input, call: Call) => Output;

export type OperationTrait = {
  /** False for calls that change something. Decides readOnly in the trail. */
  isReadOnly: boolean;
  /** Resources named in the trail event. */
  resources?: (input: never, call: Call) => { type: string; name: string }[];
};

export type Service = {
  /** Signing name in the credential scope: iam, sts, organizations, cloudtrail, config, account */
  signingName: string;
  /** Prefix of IAM actions: iam, sts, organizations, cloudtrail, config, account */
  actionPrefix: string;
  /** `iam.amazonaws.com` */
  eventSource: string;
  /** Region in which events land whatever Region was called; absent for Regional services. */
  eventRegion?: string;
  operations: Record<string, { run: (input: never, call: Call) => unknown; trait: OperationTrait }>;
};

/** The root user of the caller's own account. */
export function rootOf(call: Call): RootUser {
  const account = call.world.accounts[call.caller.accountId];
  if (account === undefined) throw new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  return account.root;
}
