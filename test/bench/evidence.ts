/** What the bench measures inside one process: `look-back EVENTS` against a simulated trail, `logs DIR` against files. Prints one line of JSON. */
import { createHash } from 'node:crypto';
import { openCloud } from '../../src/aws/aws-cloud.ts';
import { openLogFiles } from '../../src/aws/log-files.ts';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import { DAY_MS, instantOf, parseInstant, plusMs } from '../../src/domain/instant.ts';
import { known } from '../../src/domain/observed.ts';
import { openTally } from '../../src/domain/usage-tally.ts';
import { openLanes } from '../../src/engine/lanes.ts';
import { openEventHistory } from '../../src/playbooks/event-history.ts';
import type { EvidenceRequest } from '../../src/ports/evidence.ts';
import type { Ui } from '../../src/ports/ui.ts';
import { openRehearsalClock } from '../../src/rehearsal-clock.ts';
import { FLAGGED_ACCOUNT, KEY } from '../../src/simulator/scenarios/cast.ts';
import { openScenario } from '../../src/simulator/scenarios.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import type { World } from '../../src/simulator/world.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const READ_DAYS = 89;
const PAGE_SIZE = 50;
const LOOKUPS_PER_SECOND = 2;
const MEASURE_EVERY = 10_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const SILENT: Ui = { emit: () => undefined, ask: null };

function requestOf(keyIds: readonly string[]): EvidenceRequest {
  const to = instantOf(NOW);
  const alias = known<string | null>(null, to, 'iam:ListAccountAliases');
  return { subject: { account: parseAccountId(FLAGGED_ACCOUNT), partition: 'aws', alias, keyIds }, from: plusMs(to, -90 * DAY_MS), to, signal: new AbortController().signal };
}

/** The scenario's account, with so many events of its key spread over all its Regions and 89 days, each of its own minute and caller of five. */
function openBusyWorld(count: number): World {
  const world = openScenario('flagged-account', NOW);
  const [template] = world.events;
  const regions = world.accounts[FLAGGED_ACCOUNT]?.regions.filter(({ isEnabled }) => isEnabled).map(({ name }) => name) ?? [];
  if (template === undefined) throw new Error('the scenario has no event');
  world.events = Array.from({ length: count }, (_, index) => {
    const at = NOW - READ_DAYS * DAY_MS + Math.floor((index / count) * READ_DAYS * DAY_MS);
    const [id, region] = [`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, regions[index % regions.length] ?? ''];
    const detail = { ...template.detail, eventID: id, eventTime: new Date(at).toISOString(), awsRegion: region, sourceIPAddress: `10.20.4.${index % 5}` };
    return { ...template, id, region, at, visibleAt: at, detail };
  });
  return world;
}

/** World time against what the quota allows for the same requests; and what the look-back holds in memory as it goes. */
async function measureLookBack(count: number): Promise<object> {
  const world = openBusyWorld(count);
  const clock = openRehearsalClock(NOW);
  const { requestHandler } = openSimulator({ world, clock });
  const policy = openLanes({ clock, random: () => 0.5, signal: AbortSignal.any([]) });
  const { region, ...credentials } = world.profiles['admin'] ?? { region: '', accessKeyId: '', secretAccessKey: '' };
  const settings = { name: 'admin', profile: 'admin', region, endpoints: {}, endpoint: null, signInCommand: null, files: {} };
  const cloud = openCloud(settings, { clock, policy, runId: null, transport: { kind: 'rehearsal', requestHandler, credentials } });
  const tally = openTally(sha256);
  const perRegion = new Map<string, number>();
  const heap = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  // The world's own caches are filled before memory is looked at.
  for await (const page of cloud.reader.readRootEvents({ region: 'us-east-1', attribute: 'Username', value: 'nobody', from: instantOf(0), to: instantOf(NOW) })) tally.add(page);
  const [heapBefore, startedAt] = [heap(), clock.now()];
  const held: [number, number][] = [];
  let events = 0;
  await openEventHistory(cloud.reader, SILENT).readRootEvents(requestOf([KEY]), (page) => {
    for (const event of tally.add(page)) {
      events += 1;
      perRegion.set(event.region, (perRegion.get(event.region) ?? 0) + 1);
      if (events % MEASURE_EVERY === 0) held.push([events, Math.round((heap() - heapBefore) / 1e6)]);
    }
  });
  // By `root` and by the key's id every page, by "AWS ROOT USER" one; where IAM's events land, three more for the changes of keys.
  const requests = Math.max(...[...perRegion].map(([name, inRegion]) => 2 * Math.ceil(inRegion / PAGE_SIZE) + 1 + (name === 'us-east-1' ? 3 : 0)));
  const bound = ((requests - 1) / LOOKUPS_PER_SECOND) * 1_000;
  return { events, regions: perRegion.size, requests, bound, took: clock.now() - startedAt, held, callers: tally.usage({ from: instantOf(0), to: instantOf(NOW), regions: [], isRegionListComplete: true }, instantOf(NOW)).callers.length };
}

async function measureLogs(directory: string): Promise<object> {
  const startedAt = performance.now();
  const tally = openTally(sha256);
  const { files } = await openLogFiles(directory, SILENT).readRootEvents({ ...requestOf([]), from: parseInstant('2020-01-01T00:00:00Z') ?? instantOf(0) }, (page) => void tally.add(page));
  return { ...files, faults: [], took: performance.now() - startedAt, peak: process.resourceUsage().maxRSS * 1_024 };
}

const [task, argument = ''] = process.argv.slice(2);
console.log(JSON.stringify(task === 'look-back' ? await measureLookBack(Number(argument)) : await measureLogs(argument)));
