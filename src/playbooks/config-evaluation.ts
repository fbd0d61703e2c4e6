/** Waiting for what a Config rule says, and for how far an organization rule has spread. Changes nothing but the time of an evaluation. */
import type { GuardPart } from '../domain/guard-part.ts';
import type { OrganizationRuleSpread } from '../domain/organization-rule.ts';
import { asProblem } from '../domain/problem.ts';
import type { Session } from './session.ts';

const POLL_MS = 15_000;
/** A new rule evaluates by itself within about a minute; after that it is asked to, at most once (AWS Config API reference, StartConfigRulesEvaluation: once a minute). */
const FIRST_EVALUATION_MS = 90_000;
/** Nobody is kept longer than this for an evaluation. */
const EVALUATION_PATIENCE_MS = 240_000;
/** Nor for the accounts of an organization, which follow one after the other. */
const SPREAD_PATIENCE_MS = 30 * 60_000;

type Compliance = 'COMPLIANT' | 'NON_COMPLIANT' | null;

/** Asks for an evaluation; one that runs already, or was asked for within the minute, serves as well. The rule is put whatever comes of it. */
async function startEvaluation(session: Session, region: string, rule: string): Promise<void> {
  try {
    await session.identities.reading.writer.startConfigEvaluation(region, rule);
  } catch (thrown) {
    const refused = asProblem(thrown);
    if (refused.fault === 'tool' || refused.code === 'run/interrupted') throw refused;
    if (refused.code !== 'aws/precondition') session.ui.emit({ code: 'warning', text: `An evaluation of ${rule} could not be asked for (${refused.code}).` });
  }
}

/**
 * Waits for the rule's first result, and asks for an evaluation where none comes by itself.
 * @returns what it says, or null while it says nothing or may not be read
 */
export async function awaitEvaluation(session: Session, region: string, rule: string): Promise<Compliance> {
  const { reader } = session.identities.reading;
  const startedAt = session.clock.now();
  let isAskedFor = false;
  for (;;) {
    const compliance = await reader.readConfigCompliance(region, rule).catch(() => null);
    const waitedMs = session.clock.now() - startedAt;
    if (compliance !== null || waitedMs > EVALUATION_PATIENCE_MS) return compliance;
    if (!isAskedFor && waitedMs >= FIRST_EVALUATION_MS) {
      await startEvaluation(session, region, rule);
      isAskedFor = true;
    }
    await session.clock.sleep(POLL_MS, session.signal);
  }
}

/** Waits until the rule has reached every account, saying how far it is. @returns the last that was seen; null where the rule is gone */
export async function awaitSpread(session: Session, region: string, rule: string): Promise<OrganizationRuleSpread | null> {
  const until = session.clock.now() + SPREAD_PATIENCE_MS;
  for (;;) {
    const spread = await session.identities.reading.reader.readOrganizationRuleSpread(region, rule);
    if (spread === null) return null;
    const count = (state: string): number => spread.accounts.filter((account) => account.state === state).length;
    session.ui.emit({ code: 'spread', rule, region, done: count('successful'), of: spread.accounts.length, failed: count('failed') });
    if (spread.state !== 'in-progress' || session.clock.now() > until) return spread;
    await session.clock.sleep(POLL_MS, session.signal);
  }
}

/** The rule as a whole, and every account that it did not reach. */
export function assessSpread(region: string, rule: string, spread: OrganizationRuleSpread): GuardPart[] {
  const done = spread.accounts.filter(({ state }) => state === 'successful').length;
  const tally = `${done} of ${spread.accounts.length} accounts`;
  const states = { 'successful': 'live', 'failed': 'broken', 'in-progress': 'unknown' } as const;
  return [
    { kind: 'organization-rule', region, name: rule, state: states[spread.state], because: [spread.state === 'in-progress' ? `still on its way: ${tally}` : tally] },
    ...spread.accounts.filter(({ state }) => state !== 'successful').map(({ account, state, because }): GuardPart =>
      ({ kind: 'account', region, name: account, state: states[state], because: [because ?? (state === 'failed' ? 'no reason given' : 'not reached yet')] })),
  ];
}
