/** Assembles the plan that lifts the seal of one account for a while and puts it back. Pure; the accounts around it stay sealed all the time. */
import { GUARD_PLAN_SCHEMA, type GuardAction, type GuardPlanBody, type PlannedPolicy } from './guard-plan.ts';
import { isSamePolicy, SCP_MAX_CHARACTERS, SCP_SLOTS_PER_TARGET, type OrganizationTarget, type ServiceControlPolicy } from './guardrail.ts';
import type { AccountId, OrganizationId, Partition } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { PlannedIdentity } from './plan.ts';
import { problem } from './problem.ts';
import { openNatures } from './scp-chain.ts';
import { assembleOpening, openingName } from './seal.ts';

/** The targets on the way to the account, from the root of the organization down, with what is attached to each. */
export type WayDown = { target: OrganizationTarget; policies: ServiceControlPolicy[] }[];

export type OpeningRequest = {
  createdAt: Instant;
  tool: string;
  world: string;
  boundTo: { organization: OrganizationId; account: AccountId; partition: Partition };
  reading: PlannedIdentity;
  account: AccountId;
  way: WayDown;
  /** Policies by which rootzero's own are known: as it ships them, and as its runs of this organization recorded them. */
  known: { name: string; content: string }[];
  until: Instant;
  /** A drill closes at once. */
  isDrill: boolean;
  reason: string;
  memberRole: string | null;
};

type Seal = { target: OrganizationTarget; policy: ServiceControlPolicy };

/** Where our policy seals the account. @throws Problem `breakglass/not-liftable`, `breakglass/not-sealed`, `guardrail/no-slot` */
function findSeals({ account, boundTo, way, known }: OpeningRequest): [Seal, ...Seal[]] {
  if (account === boundTo.account) throw problem('breakglass/not-liftable', { detail: 'Service control policies do not bind the management account; nothing of them keeps its root user out.' });
  const natureOf = openNatures();
  const [first, ...others] = way.flatMap(({ target, policies }) => policies.filter(({ content }) => natureOf(content).deniesRoot === 'yes').map((policy): Seal => ({ target, policy })));
  if (first === undefined) throw problem('breakglass/not-sealed', { detail: `No policy on the way to ${account} denies everything to root: it is open already.`, nextStep: 'rootzero guard status' });
  const isOurs = ({ policy }: Seal): boolean => known.some(({ name, content }) => name === policy.name && isSamePolicy(content, policy.content));
  const foreign = [first, ...others].find((seal) => !isOurs(seal) || seal.policy.id !== first.policy.id);
  if (foreign !== undefined) {
    throw problem('breakglass/not-liftable', { detail: `${foreign.policy.name} (${foreign.policy.id}) on ${foreign.target.id} denies root too, and is not the policy of rootzero: whoever owns it has to lift it.` });
  }
  const full = way.find(({ target, policies }) => [first, ...others].some((seal) => seal.target.id === target.id) && policies.length >= SCP_SLOTS_PER_TARGET);
  if (full !== undefined) throw problem('guardrail/no-slot', { detail: `${full.target.name} (${full.target.id}) has no slot for the policy that spares the account.` });
  return [first, ...others];
}

/** @throws Problem `breakglass/not-liftable`, `breakglass/not-sealed`, `guardrail/no-slot`, `guardrail/too-long` */
export function assembleBreakGlass(request: OpeningRequest): GuardPlanBody {
  const { account, until, isDrill, way } = request;
  const seals = findSeals(request);
  const seal = seals[0].policy;
  const content = assembleOpening(seal.content, account, until);
  if (content.length > SCP_MAX_CHARACTERS) throw problem('guardrail/too-long', { detail: `The policy that spares the account has ${content.length} characters.` });
  const opening: PlannedPolicy = { name: openingName(account), description: `Spares ${account} until ${until}: ${request.reason}`.slice(0, 500), content, existingId: null };
  const sealed: PlannedPolicy = { name: seal.name, description: '', content: seal.content, existingId: seal.id };
  const swap = (id: string, on: PlannedPolicy, off: PlannedPolicy): GuardAction[] => seals.flatMap(({ target }): GuardAction[] => [
    { id: `${id}-on-${target.id}`, kind: 'attach-policy', effect: 'reversible', policy: on.name, target, probe: null },
    { id: `${id}-off-${target.id}`, kind: 'detach-policy', effect: 'reversible', policy: off.name, target },
  ]);
  const self = way.at(-1)?.target ?? { kind: 'account' as const, id: account, name: account };
  return {
    schema: GUARD_PLAN_SCHEMA,
    kind: 'guard',
    purpose: isDrill ? 'drill' : 'break-glass',
    createdAt: request.createdAt,
    tool: request.tool,
    world: request.world,
    boundTo: request.boundTo,
    reading: request.reading,
    reason: request.reason,
    memberRole: request.memberRole,
    policies: [sealed, opening],
    waves: [{ number: 1, targets: [{ ...self, accounts: 1, path: way.map(({ target }) => target.id) }] }],
    findings: [],
    replay: null,
    accepted: [],
    actions: [
      { id: 'opening', kind: 'create-policy', effect: 'reversible', policy: opening.name },
      ...swap('open', opening, sealed),
      ...(isDrill ? [] : [{ id: 'open', kind: 'stay-open' as const, effect: 'wait' as const, account, until }]),
      ...swap('close', sealed, opening),
      { id: 'opening-gone', kind: 'delete-policy', effect: 'reversible', policy: opening.name },
      { id: 'prove', kind: 'prove-sealed', effect: 'none', account },
    ],
    notDone: request.memberRole === null ? [{ what: 'reading what root did meanwhile', because: 'no role to read CloudTrail in the account: --member-role NAME' }] : [],
    blockers: [],
  };
}
