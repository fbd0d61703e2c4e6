/** What the bench needs for a survey: `clock ACCOUNTS` measures it on the world's clock and prints one line of JSON, `serve ACCOUNTS SPEED FOLDER` serves its world. */
import { setMaxListeners } from 'node:events';
import { openCloud } from '../../src/aws/aws-cloud.ts';
import { EVERY_ACCOUNT } from '../../src/domain/organization/selection.ts';
import { stateOfAccount } from '../../src/domain/organization/survey-progress.ts';
import { openLanes } from '../../src/engine/lanes.ts';
import { selectAccounts } from '../../src/playbooks/organization/select-accounts.ts';
import { openSurveyGround } from '../../src/playbooks/organization/survey-ground.ts';
import { SURVEY_WIDTH, surveyOrganization } from '../../src/playbooks/organization/survey-organization.ts';
import type { Session } from '../../src/playbooks/session.ts';
import { openRehearsalClock } from '../../src/rehearsal-clock.ts';
import { serveScenario } from '../../src/rehearsal-server.ts';
import { furnishSurvey, SURVEY_LIMITS } from '../../src/simulator/scenarios/organization-large.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import { openWorld } from '../../src/simulator/world-builder.ts';
import type { World } from '../../src/simulator/world.ts';
import { openSystem } from '../../src/system.ts';
import { openTestStreams } from '../support/streams.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const SECOND = 1_000;
const PAGE_SIZE = 20;
const ACCOUNTS_PER_UNIT = 25;
/** In the embedded AWS an empty page stands between any two. */
const pagesOf = (items: number): number => 2 * Math.max(1, Math.ceil(items / PAGE_SIZE)) - 1;

function openOrganization(accounts: number): World {
  const world = openWorld('organization-large', NOW, { limits: SURVEY_LIMITS });
  furnishSurvey(world, { accounts, units: Math.ceil(accounts / ACCOUNTS_PER_UNIT), seed: 23 }, NOW);
  return world;
}

/**
 * The least time in which this world can be surveyed, in milliseconds. First all accounts are listed, since nothing can be counted or left out
 * before: pages one after the other, each of which takes the latency, or 1/8 s by the quota of ListAccounts; beside that every unit is asked for the
 * units below it, 5 a second. Then a session is opened in each active member, at the rate of AssumeRoot; unless so many accounts side by side, each
 * with two calls one after the other, take longer. What a bucket holds at the beginning is taken off, and the last account's own calls are added.
 */
function boundOf({ organization, accounts, limits: { rates, latencyMs } }: World): number {
  const pacedMs = (calls: number, operation: string): number => {
    const { perSecond, burst } = rates[operation] ?? { perSecond: Number.POSITIVE_INFINITY, burst: 0 };
    return (Math.max(0, calls - burst) / perSecond) * SECOND;
  };
  const { units = [], rootId = '', managementAccountId = '' } = organization ?? {};
  const [pages, members] = [pagesOf(Object.keys(accounts).length), Object.values(accounts).filter(({ id, state }) => state === 'ACTIVE' && id !== managementAccountId).length];
  const unitPages = [rootId, ...units.map(({ id }) => id)].reduce((sum, id) => sum + pagesOf(units.filter(({ parentId }) => parentId === id).length), 0);
  const listingMs = Math.max(pages * latencyMs, pacedMs(pages, 'organizations:ListAccounts'), pacedMs(unitPages, 'organizations:ListOrganizationalUnitsForParent'));
  const readingMs = Math.max(pacedMs(members, 'sts:AssumeRoot'), (members * 2 * latencyMs) / SURVEY_WIDTH) + 2 * latencyMs;
  return listingMs + readingMs;
}

/** Surveys and keeps only counts, as a streamed result does. */
async function survey(session: Session): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const ground = await openSurveyGround(session);
  for await (const account of surveyOrganization(session, ground, await selectAccounts(session, ground.tree, EVERY_ACCOUNT))) {
    const state = stateOfAccount(account);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

const SILENT: Session['ui'] = { emit: () => undefined, ask: null };

/** The survey and the world in one process, on a clock that jumps. */
async function measureClock(accounts: number): Promise<object> {
  const world = openOrganization(accounts);
  const boundMs = boundOf(world);
  const clock = openRehearsalClock(NOW);
  const never = AbortSignal.any([]);
  setMaxListeners(0, never);
  let opened = 0;
  const { requestHandler } = openSimulator({ world, clock, onCall: ({ action }) => { opened += Number(action === 'sts:AssumeRoot'); } });
  const { region, ...credentials } = world.profiles['admin'] ?? { region: '', accessKeyId: '', secretAccessKey: '' };
  const settings = { name: 'admin', profile: 'admin', region, endpoints: {}, endpoint: null, signInCommand: null, files: {} };
  const policy = openLanes({ clock, random: Math.random, signal: never });
  const cloud = openCloud(settings, { clock, policy, runId: null, transport: { kind: 'rehearsal', requestHandler, credentials } });
  const session = { identities: { reading: cloud, root: null, organization: null }, clock, system: openSystem(), ui: SILENT, world: 'bench', signal: never };
  const counts = await survey(session);
  return { took: clock.now() - NOW, bound: boundMs, counts, opened };
}

async function serve(accounts: number, speed: number, directory: string): Promise<void> {
  const streams = openTestStreams({ result: (text) => process.stdout.write(text), progress: () => undefined });
  await serveScenario(openOrganization(accounts), { port: 0, speed }, directory, streams, AbortSignal.any([]));
}

const [mode, accounts = '', speed = '', directory = ''] = process.argv.slice(2);
if (mode === 'serve') await serve(Number(accounts), Number(speed), directory);
else console.log(JSON.stringify(await measureClock(Number(accounts))));
