/** Work in many accounts side by side: what goes wrong in one is put on record there, and never stops the others. */
import type { PlannedAccount } from '../../domain/organization/organization-plan.ts';
import { Problem } from '../../domain/problem.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import type { OrganizationPhase } from '../../ports/organization-messages.ts';
import { ACCOUNTS_AT_A_TIME, clearTrouble, markTrouble, troubleOf, type OrganizationRun } from './organization-run.ts';

/** What is wrong with the run as a whole: credentials, identity, an interruption, the journal, a defect. */
const WHOLE_RUN = /^(?:credentials|identity|endpoint|run|state|journal|tool)\//;
const isOfWholeRun = ({ code }: Problem): boolean => WHOLE_RUN.test(code) && code !== 'credentials/root-session-unusable';

export type Visit = { wave: number; phase: OrganizationPhase };

/**
 * Visits each account; trouble that it had is over once it comes through. Returns those in which all went well; the others are in trouble, which is on record and was told.
 * @throws Problem of the whole run, and whatever is no Problem
 */
export async function visitAccounts(run: OrganizationRun, accounts: readonly PlannedAccount[], { wave, phase }: Visit, work: (planned: PlannedAccount) => Promise<void>): Promise<PlannedAccount[]> {
  const { ui } = run.session;
  const inTrouble = new Set<PlannedAccount>();
  let done = 0;
  const tell = (): void => ui.emit({ code: 'organization/progress', wave, phase, done, of: accounts.length, inTrouble: inTrouble.size });
  if (accounts.length > 0) tell();
  await sideBySide(accounts, ACCOUNTS_AT_A_TIME, async (planned) => {
    try {
      run.session.signal.throwIfAborted();
      await work(planned);
      await clearTrouble(run, planned.account);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || isOfWholeRun(thrown)) throw thrown;
      inTrouble.add(planned);
      await markTrouble(run, planned.account, thrown);
      const trouble = troubleOf(run, planned.account);
      if (trouble !== null) ui.emit({ code: 'organization/trouble', wave, name: planned.name, trouble });
    }
    done += 1;
    tell();
  });
  return accounts.filter((planned) => !inTrouble.has(planned));
}
