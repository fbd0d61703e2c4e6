/** Holds a plan over an organization against the world: all of it before the first write, and the accounts of a wave again before theirs. */
import type { OrganizationFacts } from '../../domain/guard-preflight.ts';
import { DAY_MS, MINUTE_MS, plusMs } from '../../domain/instant.ts';
import type { AccountId } from '../../domain/identifiers.ts';
import { assessAccountFit, assessOrganizationFit, assessPlace, type AccountFit } from '../../domain/organization/organization-fit.ts';
import type { PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { openReach } from '../../domain/organization/organization-reach.ts';
import type { SurveyedAccount } from '../../domain/organization/survey.ts';
import { printableJson } from '../../domain/printable-json.ts';
import { problem, type Problem } from '../../domain/problem.ts';
import { openNatures } from '../../domain/scp-chain.ts';
import { EVENT_HISTORY_DAYS } from '../event-history.ts';
import { nowOf, type Session } from '../session.ts';
import { readMemberUsage } from './member-usage.ts';
import { recordSoak, type OrganizationRun } from './organization-run.ts';
import { readOtherCredentials } from './other-credentials.ts';
import { readFacts } from './read-facts.ts';
import { openSurveyGround } from './survey-ground.ts';
import { surveyOrganization } from './survey-organization.ts';

/** A look at the world is good for so long. */
const FRESH_MS = 15 * MINUTE_MS;

/** `unread`: why nobody can say whether the account fits; then it does not. */
type Verdict = AccountFit | { unread: Problem };
type Look = { at: number; facts: OrganizationFacts; verdicts: Map<AccountId, Verdict>; surveyed: SurveyedAccount[] };

function unreadOf(surveyed: SurveyedAccount | undefined, others: { because: string } | object | undefined): Problem | null {
  if (surveyed === undefined) return problem('facts/not-read');
  if (surveyed.posture.kind === 'unknown') return problem(surveyed.posture.because, { detail: surveyed.posture.detail });
  const { keys, lastUses } = surveyed.posture.facts;
  const unreadFact = !keys.known ? keys : keys.value.map(({ keyId }) => lastUses[keyId]).find((use) => use?.known !== true);
  if (unreadFact !== undefined && !unreadFact.known) return problem(unreadFact.because, unreadFact.detail === undefined ? {} : { detail: unreadFact.detail });
  return others !== undefined && 'because' in others ? problem('facts/not-read', { detail: `Password, certificates and MFA devices of ${surveyed.account}: ${others.because}` }) : null;
}

/** @param isTold whether the survey says how far it has come; a wave has its own progress */
async function lookAt(run: OrganizationRun, accounts: readonly PlannedAccount[], isTold: boolean): Promise<Look> {
  const { plan } = run;
  const silent: Session = { ...run.session, ui: { emit: () => undefined, ask: null } };
  const session = isTold ? run.session : silent;
  const ground = await openSurveyGround(silent);
  const facts = await readFacts(session, ground);
  const planned = new Set<AccountId>(accounts.map(({ account }) => account));
  const surveyed: SurveyedAccount[] = [];
  for await (const one of surveyOrganization(session, ground, ground.tree.accounts.filter(({ id }) => planned.has(id)))) surveyed.push(one);
  surveyed.sort((first, second) => (first.account < second.account ? -1 : 1));
  const others = await readOtherCredentials(session, ground, surveyed, plan.credentials);
  const now = nowOf(session);
  const usages = await readMemberUsage(session, surveyed, { partition: facts.partition, memberRole: plan.memberRole, logs: run.logs, from: plusMs(now, -EVENT_HISTORY_DAYS * DAY_MS), to: now });
  const byId = new Map(surveyed.map((one) => [one.account, one]));
  const shared = { facts, now, natureOf: openNatures(), reachOf: openReach(facts, plan.credentials) };
  const verdicts = new Map(accounts.map((one): [AccountId, Verdict] => {
    const found = byId.get(one.account);
    const unread = unreadOf(found, others.get(one.account));
    if (unread !== null || found === undefined) return [one.account, { unread: unread ?? problem('facts/not-read') }];
    return [one.account, assessAccountFit(plan, one, { ...shared, surveyed: found, others: others.get(one.account) ?? null, usage: usages.get(one.account) ?? null })];
  }));
  return { at: session.clock.now(), facts, verdicts, surveyed };
}

/** The row of each account, as it was before the run. */
const before = ({ facts: { tree, policies }, surveyed }: Look): object => ({
  organization: tree.id,
  accounts: surveyed.map(({ account, name, path, state, at, posture }) => ({
    account, name, path: path.names, state, at,
    keys: posture.kind === 'read' && posture.facts.keys.known ? posture.facts.keys.value : null,
    unreadBecause: posture.kind === 'unknown' ? posture.because : null,
    policies: policies.filter(({ targetIds }) => targetIds.includes(account)).map(({ id, name: called }) => ({ id, name: called })),
  })),
});

export type World = {
  /** Refuses a plan that no longer fits; an account that cannot be read is no difference, and is refused by itself. @throws Problem `plan/stale`, listing what differs */
  requireWhole: () => Promise<void>;
  /** Looks again at what is about to be contained, unless that was just done. */
  lookAgain: (accounts: readonly PlannedAccount[]) => Promise<void>;
  /** Whether the plan's quarantine hangs on the account, as of the last look. */
  isQuarantined: (planned: PlannedAccount) => boolean;
  /** @throws Problem `plan/stale`, or why nobody can say */
  requireAccount: (planned: PlannedAccount) => Promise<void>;
};

const MOST_TOLD = 20;
const PLAN_AGAIN = 'It was left as it is. Look at what differs, then plan again: rootzero plan --org --out plan.json';

function stale(differences: readonly string[]): Problem {
  const rest = differences.length - MOST_TOLD;
  return problem('plan/stale', { detail: `${differences.slice(0, MOST_TOLD).join(' ')}${rest > 0 ? ` And ${rest} more.` : ''}`, nextStep: PLAN_AGAIN });
}

export function openWorld(run: OrganizationRun): World {
  let look: Look | null = null;
  const isFresh = (accounts: readonly PlannedAccount[]): boolean => {
    const known = look;
    return known !== null && run.session.clock.now() - known.at <= FRESH_MS && accounts.every(({ account }) => known.verdicts.has(account));
  };
  return {
    requireWhole: async () => {
      look = await lookAt(run, run.plan.accounts, true);
      const whole = assessOrganizationFit(run.plan, look.facts);
      const each = [...look.verdicts].flatMap(([account, verdict]) => ('unread' in verdict ? [] : verdict.differences.map((text) => `${account}: ${text}`)));
      if (whole.differences.length + each.length > 0) throw stale([...whole.differences, ...each]);
      for (const text of whole.warnings) run.session.ui.emit({ code: 'warning', text });
      await run.store.writeEvidence(run.id, 'before.json', printableJson(before(look), true));
    },
    lookAgain: async (accounts) => {
      if (isFresh(accounts)) return;
      look = await lookAt(run, accounts, false);
    },
    isQuarantined: ({ account }) => look?.facts.policies.some(({ name, targetIds }) => name === run.plan.quarantine.name && targetIds.includes(account)) === true,
    requireAccount: async (planned) => {
      const verdict = look?.verdicts.get(planned.account);
      if (look === null || verdict === undefined) throw problem('facts/not-read');
      if ('unread' in verdict) throw verdict.unread;
      const differences = [...assessPlace(planned, look.facts.tree), ...verdict.differences];
      if (differences.length > 0) throw stale(differences);
      for (const text of verdict.warnings) run.session.ui.emit({ code: 'warning', text: `${planned.account}: ${text}` });
      if (verdict.soakMs > planned.soak.plannedMs) await recordSoak(run, planned.account, verdict.soakMs);
    },
  };
}
