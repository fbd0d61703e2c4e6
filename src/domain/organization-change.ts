/** Changes of an organization that may lift a service control policy from an account: what they are, and which of them do. Pure. */
import { SECOND_MS, msBetween, type Instant } from './instant.ts';
import { EVENT_LATENCY_MS } from './plan.ts';
import type { SoakViolation } from './soak-watch.ts';

/**
 * The calls that may take a policy, or its content, from an account, and the event of an account that left by itself, which the management account
 * gets (Organizations API reference; LeaveOrganization). Attaching tells that it was off before.
 */
export const LIFTING_CALLS: readonly string[] = [
  'AttachPolicy', 'DetachPolicy', 'UpdatePolicy', 'DeletePolicy', 'DisablePolicyType', 'MoveAccount', 'RemoveAccountFromOrganization',
  'AccountDepartedOrganization',
];

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
    case 'AttachPolicy': case 'DetachPolicy': return policyId === scp.policyId && targetId === scp.account;
    case 'UpdatePolicy': case 'DeletePolicy': return policyId === scp.policyId;
    case 'MoveAccount': case 'RemoveAccountFromOrganization': return accountId === scp.account;
    // Which element names the account is not documented; one that names none may be about any.
    case 'AccountDepartedOrganization': return accountId === null || accountId === scp.account;
    default: return call === 'DisablePolicyType';
  }
}

/**
 * Whether it came after the soak began. CloudTrail cuts times to seconds. The attachment itself is an event by AWS's clock: one that is later than
 * what is waited beyond the soak was made by a clock that was wrong, or is another one.
 */
const isSince = ({ at, call }: OrganizationChange, since: Instant): boolean => (call === 'AttachPolicy' ? msBetween(since, at) > EVENT_LATENCY_MS : msBetween(at, since) < SECOND_MS);

/** Every change since then that lifted, or may have lifted, the policy from the account. */
export const assessLifting = (changes: readonly OrganizationChange[], scp: { policyId: string; account: string }, since: Instant): SoakViolation[] =>
  changes.filter((change) => isSince(change, since) && isLifting(change, scp))
    .map((change) => ({ code: 'soak/key-not-contained', text: `The policy may have been lifted from ${scp.account}: ${change.at} ${change.call} by ${change.by} from ${change.sourceIp}.` }));
