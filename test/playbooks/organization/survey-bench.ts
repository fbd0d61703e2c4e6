/** A survey at work on a simulated organization, through the real SDK clients: the session, what it says, and what it calls. */
import { openCloud } from '../../../src/aws/aws-cloud.ts';
import { EVERY_ACCOUNT, type Selection } from '../../../src/domain/organization/selection.ts';
import type { SurveyedAccount } from '../../../src/domain/organization/survey.ts';
import { openLanes } from '../../../src/engine/lanes.ts';
import { selectAccounts } from '../../../src/playbooks/organization/select-accounts.ts';
import { openSurveyGround } from '../../../src/playbooks/organization/survey-ground.ts';
import { surveyOrganization } from '../../../src/playbooks/organization/survey-organization.ts';
import type { Session } from '../../../src/playbooks/session.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';
import type { Message } from '../../../src/ports/ui.ts';
import { openRehearsalClock } from '../../../src/rehearsal-clock.ts';
import type { ObservedCall } from '../../../src/simulator/service-call.ts';
import { openSimulator } from '../../../src/simulator/simulator.ts';
import type { World } from '../../../src/simulator/world.ts';

export type SurveyStage = { session: Session; messages: Message[]; calls: ObservedCall[]; signal: AbortController };

/** @param orgProfile the profile of the management account, where `profile` is another's */
export function openSurveyStage(world: World, profile = 'admin', orgProfile: string | null = null, rootProfile: string | null = null): SurveyStage {
  const clock = openRehearsalClock(world.now, false);
  const [messages, calls, signal]: [Message[], ObservedCall[], AbortController] = [[], [], new AbortController()];
  const simulator = openSimulator({ world, clock, save: () => undefined, onCall: (call) => calls.push(call) });
  const policy = openLanes({ clock, random: () => 0.5, signal: AbortSignal.any([]) });
  clock.onJump = (now) => {
    world.now = now;
  };
  const open = (name: string): Cloud => {
    const credentials = world.profiles[name];
    if (credentials === undefined) throw new Error(`no profile ${name}`);
    const { region, ...keys } = credentials;
    return openCloud({ name, profile: name, region, endpoints: {}, endpoint: 'the embedded AWS', signInCommand: null, files: {} }, {
      clock, policy, runId: null, transport: { kind: 'rehearsal', requestHandler: simulator.requestHandler, credentials: keys },
    });
  };
  const system = { tool: 'rootzero/test', processId: 1, host: 'stage', random: () => 0.5, sha256: (text: string) => text, isProcessAlive: () => true };
  const identities = { reading: open(profile), root: rootProfile === null ? null : open(rootProfile), organization: orgProfile === null ? null : open(orgProfile) };
  return { messages, calls, signal, session: { identities, clock, system, ui: { ask: null, emit: (message) => messages.push(message) }, world: 'rehearsal test', signal: signal.signal } };
}

export type Surveyed = { accounts: SurveyedAccount[]; failure: unknown };

/** Surveys, and keeps what was handed on before a failure. */
export async function survey({ session }: SurveyStage, selection: Partial<Selection> = {}): Promise<Surveyed> {
  const accounts: SurveyedAccount[] = [];
  try {
    const ground = await openSurveyGround(session);
    for await (const account of surveyOrganization(session, ground, await selectAccounts(session, ground.tree, { ...EVERY_ACCOUNT, ...selection }))) accounts.push(account);
    return { accounts, failure: null };
  } catch (failure) {
    return { accounts, failure };
  }
}

/** `203000009=absent`, `… unknown member/not-active` */
export const inWords = ({ posture }: SurveyedAccount): string => (posture.kind === 'read' ? posture.verdict.state : `unknown ${posture.because}`);
