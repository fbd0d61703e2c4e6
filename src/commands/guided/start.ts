/** The first screen: who asks, in which account, and what can be done from here. Goes round until root can be acted on, or the person wants no more. */
import { asProblem, problem } from '../../domain/problem.ts';
import { hasConsole } from '../../domain/root-user.ts';
import type { Callers, Session } from '../../playbooks/session.ts';
import { identify, type Identified } from '../../playbooks/survey.ts';
import type { Questions, RootAccess } from '../../ports/questions.ts';
import { problemMessage } from '../problem-message.ts';
import { openSession } from '../session.ts';
import type { Guide, GuideOptions } from './guide.ts';

export type Start = { answer: Exclude<Questions['begin']['answer'], 'sign-in'>; session: Session; identified: Identified; options: GuideOptions };

const accessOf = ({ root }: Callers): RootAccess => (root === null ? 'none' : root.caller.kind === 'root-key' ? 'signing-key' : 'session');

/** `aws login` makes a session of root that does not depend on any key (AWS Sign-In User Guide, "Sign in through the AWS CLI"). */
const signInCommand = (profile: string): string => `aws login --profile ${profile}`;

async function tryIdentify(guide: Guide, options: GuideOptions): Promise<{ session: Session; identified: Identified } | null> {
  const { context, deps } = guide;
  try {
    const session = await openSession(context, options, deps.ui);
    return { session, identified: await identify(session) };
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.exitCode !== 4) throw because;
    deps.ui.emit(problemMessage(because));
    return null;
  }
}

/** @throws Problem of the identities, except of credentials: those can be mended beside this terminal */
export async function chooseStart(guide: Guide): Promise<Start> {
  const { ask } = guide;
  let { options } = guide;
  for (;;) {
    guide.show('identity');
    const found = await tryIdentify(guide, options);
    if (found !== null) {
      const { callers } = found.identified;
      const access = accessOf(callers);
      const { partition } = callers.reading;
      const answer = await ask('begin', { access, signingKey: access === 'signing-key' ? (callers.root?.caller.accessKeyId ?? null) : null, hasConsole: hasConsole(partition) });
      if (answer !== 'sign-in') return { ...found, answer, options };
    }
    const rootProfile = options.rootProfile ?? 'root';
    if ((await ask('signed-in', { command: signInCommand(rootProfile) })) === 'leave') throw problem('run/cancelled');
    // The session that was just made, not the key that asked before.
    options = { ...options, rootProfile };
  }
}
