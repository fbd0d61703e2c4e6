/** Callers as lines of text: who used root, how often, with a line of days, and what was covered. The whole report is in usage-report-lines.ts. */
import type { Usage, UsageCaller } from '../domain/caller.ts';
import type { Instant } from '../domain/instant.ts';
import { isCallerToAcknowledge } from '../domain/usage.ts';
import { renderTimeline } from './charts.ts';
import { renderAgo, renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';

/** So much of a user agent tells the program; the whole stands in the plan. */
const LONGEST_AGENT = 160;

type Seen = Pick<Usage, 'groups' | 'coverage'>;

function cadenceOf(caller: UsageCaller, now: Instant): string {
  const { cadence } = caller;
  if (cadence.kind === 'once') return `once, ${renderAgo(caller.lastSeenAt, now)}`;
  const next = caller.nextExpectedAt === null ? '' : `, next expected ${renderTime(caller.nextExpectedAt)}`;
  return `${cadence.kind} (up to ${renderSpan(cadence.periodMs)} apart), ${caller.count} ×, last ${renderAgo(caller.lastSeenAt, now)}${next}`;
}

/** The days of its group, each mark one or more of them; nothing where a caller stands in no group. */
function renderDays({ fingerprint }: UsageCaller, { groups, coverage: { from, to } }: Seen, style: Style): string[] {
  const group = groups.find(({ fingerprints }) => fingerprints.includes(fingerprint));
  if (group === undefined) return [];
  const [, days = ''] = renderTimeline([{ name: '', byDay: group.activity.byDay }], from, to, style);
  const [line, since] = [`    ${style.colours.cyan(days.trim())}`, style.colours.dim(` since ${from.slice(0, 10)}`)];
  return [style.measure(line + since) <= style.width ? line + since : line];
}

/** One caller: who, what, how often, and when. */
export function renderCaller(caller: UsageCaller, seen: Seen, now: Instant, style: Style): string[] {
  const { text } = style;
  const agent = caller.userAgent.length > LONGEST_AGENT ? `${caller.userAgent.slice(0, LONGEST_AGENT)}…` : caller.userAgent;
  const calls = caller.calls.slice(0, 3).map(({ call, count }) => `${text(call)} ${count}×`).join(', ');
  return [
    ...style.wrap(`${text(caller.sourceIp)}  ${text(agent)}`, `  ${caller.fingerprint}  `),
    ...style.wrap(`${caller.kind}${caller.accessKeyId === null ? '' : ` …${caller.accessKeyId.slice(-4)}`} · ${calls} · ${caller.regions.map(text).join(', ')}`, '    '),
    ...style.wrap(`${cadenceOf(caller, now)}${isCallerToAcknowledge(caller) ? '' : ' · does not depend on a key'}`, '    '),
    ...renderDays(caller, seen, style),
  ];
}

/** @param hasDataEvents whether log files showed how contents were read or written */
export function renderUsage(usage: Usage, hasDataEvents: boolean, now: Instant, style: Style): string[] {
  const { coverage } = usage;
  const uncovered = coverage.regions.filter((region) => !region.readable);
  return [
    usage.callers.length === 0 ? 'No use of root seen' : 'Uses of root',
    ...usage.callers.flatMap((caller) => renderCaller(caller, usage, now, style)),
    ...style.wrap(`Covered: ${coverage.regions.length - uncovered.length} of ${coverage.regions.length} Regions, ${coverage.from.slice(0, 10)} to ${coverage.to.slice(0, 10)}${coverage.isRegionListComplete ? '' : ' (opt-in Regions unknown)'}.`, '  '),
    ...(uncovered.length === 0 ? [] : style.wrap(`Not covered: ${uncovered.map((region) => style.text(region.region)).join(', ')}.`, '  ')),
    hasDataEvents ? '  Data events (S3 objects, Lambda invocations): as far as the log files have them.' : '  Not visible: data events (S3 objects, Lambda invocations).',
    ...(usage.ownCalls === 0 ? [] : style.wrap(`Left out: ${usage.ownCalls} reads by rootzero itself, by its user agent.`, '  ')),
  ];
}
