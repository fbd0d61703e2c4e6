/** Changes of an organization that may lift a service control policy from an account: what they are, and which of them do. Pure. */
import { SECOND_MS, msBetween, type Instant } from './instant.ts';
import type { SoakViolation } from './soak-watch.ts';

/**
 * The calls that may take a policy, or its content, from an account, and the event of an account that left by itself, which the management account
 * gets (Organizations API reference; LeaveOrganization).
 */
export const LIFTING_CALLS: readonly string[] = ['DetachPolicy', 'UpdatePolicy', 'DeletePolicy', 'DisablePolicyType', 'MoveAccount', 'RemoveAccountFromOrganization', 'AccountDepartedOrganization'];

/** One such call that succeeded, as CloudTrail of the management account has it. */
export type OrganizationChange = {
  id: string;
  at: Instant;
  /** `DetachPolicy` */
  call: string;
  policyId: string | null;
  targetId: string | null;
  accountId: string | null;
  /** Who called: an ARN. */
  by: string;
  sourceIp: string;
};

function isLifting({ call, policyId, targetId, accountId }: OrganizationChange, scp: { policyId: string; account: string }): boolean {
  switch (call) {
    case 'DetachPolicy': return policyId === scp.policyId && targetId === scp.account;
    case 'UpdatePolicy': case 'DeletePolicy': return policyId === scp.policyId;
    case 'MoveAccount': case 'RemoveAccountFromOrganization': return accountId === scp.account;
    // Which element names the account is not documented; one that names none may be about any.
    case 'AccountDepartedOrganization': return accountId === null || accountId === scp.account;
    default: return call === 'DisablePolicyType';
  }
}

/** Every change since then that lifted, or may have lifted, the policy from the account. CloudTrail cuts times to seconds. */
export const assessLifting = (changes: readonly OrganizationChange[], scp: { policyId: string; account: string }, since: Instant): SoakViolation[] =>
  changes.filter((change) => msBetween(change.at, since) < SECOND_MS && isLifting(change, scp))
    .map((change) => ({ code: 'soak/key-not-contained', text: `The policy may have been lifted from ${scp.account}: ${change.at} ${change.call} by ${change.by} from ${change.sourceIp}.` }));
