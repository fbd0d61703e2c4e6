/** What the shipped policies allow beyond the calls of the job scripts, and why. Data only: what is here and is called after all, or is in no policy, fails the test. */

type Unexercised = { command: string; identity: string; actions: readonly string[]; because: string };

export const UNEXERCISED: readonly Unexercised[] = [
  ...['guard-preview', 'guard-apply', 'guard-status', 'guard-remove', 'check-org', 'plan-org', 'apply-org'].map((command): Unexercised => ({
    command, identity: 'reading', actions: ['organizations:ListAccountsForParent'],
    because: 'Where accounts are listed without their paths, they are looked for unit by unit.',
  })),
  ...['check-org', 'plan-org', 'apply-org'].map((command): Unexercised => ({
    command, identity: 'organization', actions: ['organizations:ListAccountsForParent'],
    because: 'Where accounts are listed without their paths, they are looked for unit by unit.',
  })),
  ...['apply', 'resume', 'guard-config'].map((command): Unexercised => ({
    command, identity: 'reading', actions: ['config:StartConfigRulesEvaluation'],
    because: 'A rule that does not evaluate by itself within a minute and a half is asked to.',
  })),
  {
    command: 'guard-alerts', identity: 'reading', actions: ['iam:PassRole'],
    because: 'EventBridge asks for it where a target comes with a role: --forward-role.',
  },
  {
    command: 'guard-config', identity: 'organization', actions: ['iam:CreateServiceLinkedRole', 'organizations:EnableAWSServiceAccess'],
    because: 'AWS Config calls both on behalf of whoever puts the first organization rule (AWS Config API reference, PutOrganizationConfigRule).',
  },
  {
    command: 'resume', identity: 'root', actions: ['iam:GetAccessKeyLastUsed'],
    because: 'A run that is cut off before its first step compares the world with its plan once more.',
  },
];
