/** Callers as lines of text: who used root, how often, and what was covered. The whole report is in usage-report-lines.ts. */
import type { Usage, UsageCaller } from '../domain/caller.ts';
import type { Instant } from '../domain/instant.ts';
import { isCallerToAcknowledge } from '../domain/usage.ts';
import { sanitize } from './sanitize.ts';
import { renderAgo, renderSpan, renderTime } from './span.ts';

function cadenceOf(caller: UsageCaller, now: Instant): string {
  const { cadence } = caller;
  if (cadence.kind === 'once') return `once, ${renderAgo(caller.lastSeenAt, now)}`;
  const next = caller.nextExpectedAt === null ? '' : `, next expected ${renderTime(caller.nextExpectedAt)}`;
  return `${cadence.kind} (up to ${renderSpan(cadence.periodMs)} apart), ${caller.count} ×, last ${renderAgo(caller.lastSeenAt, now)}${next}`;
}

/** One caller: who, what, how often. */
export const renderCaller = (caller: UsageCaller, now: Instant): string[] => [
  `  ${caller.fingerprint}  ${sanitize(caller.sourceIp)}  ${sanitize(caller.userAgent)}`,
  `    ${caller.kind}${caller.accessKeyId === null ? '' : ` …${caller.accessKeyId.slice(-4)}`} · ${sanitize(caller.calls.slice(0, 3).map((call) => `${call.call} ${call.count}×`).join(', '))} · ${caller.regions.map(sanitize).join(', ')}`,
  `    ${cadenceOf(caller, now)}${isCallerToAcknowledge(caller) ? '' : ' · does not depend on a key'}`,
];

export function renderUsage(usage: Usage, now: Instant): string[] {
  const { coverage } = usage;
  const uncovered = coverage.regions.filter((region) => !region.readable);
  const callers = usage.callers.flatMap((caller) => renderCaller(caller, now));
  return [
    usage.callers.length === 0 ? 'No use of root seen' : 'Uses of root',
    ...callers,
    `  Covered: ${coverage.regions.length - uncovered.length} of ${coverage.regions.length} Regions, ${coverage.from.slice(0, 10)} to ${coverage.to.slice(0, 10)}${coverage.isRegionListComplete ? '' : ' (opt-in Regions unknown)'}.`,
    ...(uncovered.length === 0 ? [] : [`  Not covered: ${uncovered.map((region) => sanitize(region.region)).join(', ')}.`]),
    '  Not visible: data events (S3 objects, Lambda invocations).',
    ...(usage.ownCalls === 0 ? [] : [`  Left out: ${usage.ownCalls} reads by rootzero itself, by its user agent.`]),
  ];
}
