/** Events of root in, callers out, without keeping the events: who used root's credentials, from where, how often and what next. Pure; the digest is handed in. */
import { assessActivity } from './activity.ts';
import { assessCadence, nextExpected } from './cadence.ts';
import type { CallerGroup, ClassCounts, Usage, UsageCaller } from './caller.ts';
import { canonicalJson } from './canonical-json.ts';
import { instantOf, msOf, type Instant } from './instant.ts';
import { guessOwner } from './owner-guess.ts';
import { rhythmOf } from './rhythm.ts';
import type { Coverage, RootEvent } from './root-event.ts';
import { networkOf, type Network } from './source-network.ts';
import { callOf, classOf, fingerprintOf, identityOf, isDenied, isOwnRead, serviceOf, type CallerIdentity } from './usage.ts';
import { parseUserAgent, type Tool } from './user-agent.ts';

/** What is kept of a caller's events: times, and how often what. */
type Entry = { identity: CallerIdentity; times: number[]; regions: Set<string>; services: Set<string>; calls: Map<string, number>; classes: ClassCounts; denied: number; dataEvents: number };
type Counts = Omit<Entry, 'identity'>;

export type UsageTally = {
  /** Counts the events that were not counted before, by their ids, and returns those: an event may answer several look-ups and stand in several files. */
  add: (events: readonly RootEvent[]) => RootEvent[];
  /** The callers so far, those seen last first. */
  usage: (coverage: Coverage, now: Instant) => Usage;
};

const openCounts = (): Counts => ({ times: [], regions: new Set(), services: new Set(), calls: new Map(), classes: {}, denied: 0, dataEvents: 0 });

function count(counts: Counts, event: RootEvent): void {
  const [call, eventClass] = [callOf(event), classOf(event)];
  counts.times.push(msOf(event.at));
  counts.regions.add(event.region);
  counts.services.add(serviceOf(event));
  counts.calls.set(call, (counts.calls.get(call) ?? 0) + 1);
  counts.classes[eventClass] = (counts.classes[eventClass] ?? 0) + 1;
  if (isDenied(event)) counts.denied += 1;
  if (event.isDataEvent) counts.dataEvents += 1;
}

function addCounts(sum: Counts, more: Counts): void {
  for (const time of more.times) sum.times.push(time);
  for (const region of more.regions) sum.regions.add(region);
  for (const service of more.services) sum.services.add(service);
  for (const [call, times] of more.calls) sum.calls.set(call, (sum.calls.get(call) ?? 0) + times);
  addClasses(sum.classes, more.classes);
  sum.denied += more.denied;
  sum.dataEvents += more.dataEvents;
}

function addClasses(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + times;
}

type Described = Pick<UsageCaller, 'services' | 'regions' | 'calls' | 'firstSeenAt' | 'lastSeenAt' | 'count' | 'denied' | 'cadence' | 'nextExpectedAt'>;

function describe(counts: Counts, now: Instant): Described {
  const ends = counts.times.reduce(({ first, last }, time) => ({ first: Math.min(first, time), last: Math.max(last, time) }), { first: Infinity, last: -Infinity });
  const lastSeenAt = instantOf(ends.last);
  const cadence = assessCadence(counts.times);
  return {
    services: [...counts.services].sort(),
    regions: [...counts.regions].sort(),
    calls: [...counts.calls].map(([call, times]) => ({ call, count: times })).sort((first, second) => second.count - first.count || (first.call < second.call ? -1 : 1)),
    firstSeenAt: instantOf(ends.first),
    lastSeenAt,
    count: counts.times.length,
    denied: counts.denied,
    cadence,
    nextExpectedAt: nextExpected(cadence, lastSeenAt, now),
  };
}

/** Who was seen last comes first. */
const byRecency = (first: Pick<UsageCaller, 'lastSeenAt' | 'fingerprint'>, second: Pick<UsageCaller, 'lastSeenAt' | 'fingerprint'>): number =>
  first.lastSeenAt === second.lastSeenAt ? (first.fingerprint < second.fingerprint ? -1 : 1) : first.lastSeenAt < second.lastSeenAt ? 1 : -1;

type Member = { caller: UsageCaller; entry: Entry; tool: Tool; network: Network };

function assembleGroup(members: readonly [Member, ...Member[]], now: Instant): CallerGroup {
  const [{ caller, tool, network }] = members;
  const counts = openCounts();
  for (const { entry } of members) addCounts(counts, entry);
  const activity = assessActivity(counts.times);
  const described = describe(counts, now);
  const group = {
    kind: caller.kind,
    accessKeyId: caller.accessKeyId,
    ...described,
    tool: { kind: tool.kind, name: tool.name, application: tool.application, versions: [...new Set(members.flatMap((member) => member.tool.version ?? []))].sort() },
    network,
    sourceIps: [...new Set(members.map((member) => member.caller.sourceIp))].sort(),
    fingerprints: members.map((member) => member.caller.fingerprint),
    classes: counts.classes,
    dataEvents: counts.dataEvents,
    activity,
    rhythm: rhythmOf(described.cadence, activity.hours),
  };
  return { ...group, owner: guessOwner(group) };
}

/** Groups in the order of their most recent callers. */
function assembleGroups(members: Member[], now: Instant): CallerGroup[] {
  const groups = new Map<string, [Member, ...Member[]]>();
  for (const member of members) {
    const { kind, accessKeyId } = member.caller;
    const key = canonicalJson({ kind, accessKeyId, tool: member.tool.name, application: member.tool.application, network: member.network.name });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return [...groups.values()].map((group) => assembleGroup(group, now));
}

/** @param digest of a text, as hexadecimal digits; its first twelve over the canonical JSON of who called are the fingerprint */
export function openTally(digest: (text: string) => string): UsageTally {
  const ids = new Set<string>();
  const entries = new Map<string, Entry>();
  const lastByKey = new Map<string, Instant>();
  const regionSpans = new Map<string, { firstAt: Instant; lastAt: Instant }>();
  let ownCalls = 0;

  const addFresh = (event: RootEvent): void => {
    const { accessKeyId, at, region } = event;
    const span = regionSpans.get(region) ?? { firstAt: at, lastAt: at };
    regionSpans.set(region, { firstAt: at < span.firstAt ? at : span.firstAt, lastAt: at > span.lastAt ? at : span.lastAt });
    if (event.kind === 'root-key' && accessKeyId !== null && at > (lastByKey.get(accessKeyId) ?? '')) lastByKey.set(accessKeyId, at);
    if (isOwnRead(event)) {
      ownCalls += 1;
      return;
    }
    const identity = identityOf(event);
    const key = canonicalJson(identity);
    const entry = entries.get(key) ?? { identity, ...openCounts() };
    entries.set(key, entry);
    count(entry, event);
  };

  return {
    add: (events) => {
      const fresh: RootEvent[] = [];
      for (const event of events) {
        if (ids.has(event.id)) continue;
        ids.add(event.id);
        addFresh(event);
        fresh.push(event);
      }
      return fresh;
    },
    usage: (coverage, now) => {
      const members = [...entries.values()]
        .map((entry): Member => ({
          entry,
          caller: { fingerprint: fingerprintOf(entry.identity, digest), ...entry.identity, ...describe(entry, now) },
          tool: parseUserAgent(entry.identity.userAgent),
          network: networkOf(entry.identity.sourceIp),
        }))
        .sort((first, second) => byRecency(first.caller, second.caller));
      const totals: Usage['totals'] = { events: 0, denied: 0, dataEvents: 0, classes: {} };
      for (const { entry } of members) {
        totals.events += entry.times.length;
        totals.denied += entry.denied;
        totals.dataEvents += entry.dataEvents;
        addClasses(totals.classes, entry.classes);
      }
      return {
        coverage,
        callers: members.map(({ caller }) => caller),
        groups: assembleGroups(members, now),
        ownCalls,
        totals,
        lastByKey: Object.fromEntries(lastByKey),
        regionSpans: Object.fromEntries(regionSpans),
      };
    },
  };
}

/** The callers of events that are at hand as a whole. */
export function assembleUsage(events: readonly RootEvent[], coverage: Coverage, now: Instant, digest: (text: string) => string): Usage {
  const tally = openTally(digest);
  tally.add(events);
  return tally.usage(coverage, now);
}
