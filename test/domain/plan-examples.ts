/** Input of the planner for the tests of the domain: one active key, an independent root session, a reading role, one nightly caller that is acknowledged. */
import { parseAccessKeyId, parseAccountId, type AccessKeyId } from '../../src/domain/identifiers.ts';
import { known } from '../../src/domain/observed.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { digestOf } from '../../src/domain/plan.ts';
import { assemblePlan, type Decisions, type PlannerInput } from '../../src/domain/planner.ts';
import type { Caller, RootUserFacts } from '../../src/domain/root-user.ts';
import type { Usage } from '../../src/domain/caller.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { at, EVERYTHING_READ, sha256, visitsAt } from './root-event-examples.ts';
import { listed, READ_AT, rootKey, rootUserFacts, seen, summarized } from './root-user-examples.ts';

export const FIRST_KEY = rootKey(1, 'active').keyId;
export const SECOND_KEY = rootKey(2, 'active').keyId;
export const CREATED_AT = at('2026-11-24T12:00:00Z');
const ACCOUNT = parseAccountId('111122223333');

export const caller = (kind: Caller['kind'], accessKeyId: AccessKeyId = parseAccessKeyId(`ASIA${kind.replace(/\W/g, '').toUpperCase().padEnd(12, 'X')}`)): Caller => ({
  account: ACCOUNT,
  partition: 'aws',
  arn: kind.startsWith('root') ? `arn:aws:iam::${ACCOUNT}:root` : `arn:aws:sts::${ACCOUNT}:assumed-role/SecurityAdmin/operator`,
  kind,
  accessKeyId,
});

/** Nights in November at 02:10Z. */
export const nights = (first: number, last: number): Instant[] =>
  Array.from({ length: last - first + 1 }, (_, index) => at(`2026-11-${String(first + index).padStart(2, '0')}T02:10:00Z`));

export const usageOf = (...events: ReturnType<typeof visitsAt>): Usage => assembleUsage(events, EVERYTHING_READ, CREATED_AT, sha256);

export const fingerprints = (usage: Usage): string[] => usage.callers.map((found) => found.fingerprint);

const NO_DECISIONS: Decisions = { soakMs: null, acknowledgements: [], acceptShortSoak: null, acceptUnprovedSoak: null, deleteSigningKey: null, isSuspectedCompromise: false, isAttended: false, keepsScp: false };

export const factsOf = (given: Partial<RootUserFacts> = {}): RootUserFacts => rootUserFacts({
  keys: listed(rootKey(1, 'active')),
  summary: summarized({ keysPresent: true }),
  place: known({ kind: 'standalone' }, READ_AT, 'organizations:DescribeOrganization'),
  mfa: seen('virtual', 'iam:ListVirtualMFADevices'),
  ...given,
});

export type Given = Omit<Partial<PlannerInput>, 'decisions'> & { decisions?: Partial<Decisions> };

export function plannerInput({ decisions = {}, ...given }: Given = {}): PlannerInput {
  const usage = given.usage === undefined ? usageOf(...visitsAt(nights(1, 20))) : given.usage;
  const acknowledgements = (usage === null ? [] : fingerprints(usage)).map((fingerprint) => ({ fingerprint, reason: 'known' }));
  return {
    createdAt: CREATED_AT,
    tool: 'rootzero/test',
    world: 'live',
    facts: factsOf(),
    reading: { name: 'admin', caller: caller('role') },
    root: { name: 'root', caller: caller('root-session') },
    mintedBy: {},
    seenKeys: [],
    guardrails: { actions: [], notDone: [], blockers: [] },
    containment: null,
    ...given,
    usage,
    decisions: { ...NO_DECISIONS, acknowledgements, ...decisions },
  };
}

export function planOf(given: Given = {}): Plan {
  const body = assemblePlan(plannerInput(given));
  return { ...body, digest: digestOf(body, sha256) };
}

/** The actions in a line each: `contain 1`, `soak 1`, `delete 1 contained`, `verify by root`. */
export const outline = (plan: Pick<Plan, 'actions'>): string[] => plan.actions.map((action) => {
  const last = (keyId: string): string => keyId.slice(-1);
  switch (action.kind) {
    case 'contain-by-deactivation': return `contain ${last(action.keyId)}`;
    case 'soak': return `soak ${[...action.contained.map(last), ...action.watched.map((keyId) => `(${last(keyId)})`)].join(' ')}`;
    case 'delete-root-key': return `delete ${last(action.keyId)} ${action.basis}`;
    case 'verify-no-root-keys': return `verify by ${action.by}`;
    case 'contain-by-scp': return `deny ${action.keyIds.map(last).join(' ')}`;
    case 'attend-console': return `console ${action.what} ${action.keyIds.map(last).join(' ')}`.trimEnd();
    default: return action.kind;
  }
});
