/** Identity, facts and callers as lines of text. */
import { maskKeyId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { Usage, UsageCaller } from '../domain/caller.ts';
import type { IdentityNote, Message } from '../ports/ui.ts';
import { isCallerToAcknowledge } from '../domain/usage.ts';
import { sanitize } from './sanitize.ts';
import { renderAgo, renderSpan, renderTime } from './span.ts';

const MARKS = { active: '● active', inactive: '◐ inactive', absent: '○ absent', unknown: '? unknown' } as const;
const FINDING_MARKS = { pass: '✔', fail: '✖', unknown: '?', 'not-applicable': '–' } as const;

const identityLine = (label: string, note: IdentityNote): string =>
  `${label.padEnd(9)} ${sanitize(note.caller.arn)}  (profile ${sanitize(note.name)}, ${note.caller.kind})${note.endpoint === null ? '' : `  endpoint ${sanitize(note.endpoint)}`}`;

export function renderIdentity(message: Extract<Message, { code: 'identity' }>): string[] {
  const { reading, root, place } = message;
  const kind = place === null ? 'place unknown' : place.kind === 'standalone' ? 'standalone' : `${place.kind} of ${place.organization}`;
  return [
    `Account   ${reading.caller.account}  ${kind} · ${reading.caller.partition}`,
    identityLine('Reading', reading),
    root === null ? 'Root      no root session: key ids and status cannot be listed' : identityLine('Root', root),
  ];
}

export function renderFacts(message: Extract<Message, { code: 'facts' }>, now: Instant): string[] {
  const { facts, verdict, findings } = message;
  const slots = verdict.slots.map((slot, index) => {
    const id = slot.keyId === null ? '' : maskKeyId(slot.keyId);
    const key = facts.keys.known ? facts.keys.value.find((listed) => listed.keyId === slot.keyId) : undefined;
    const use = slot.keyId === null ? undefined : facts.lastUses[slot.keyId];
    const created = key?.createdAt ? `created ${key.createdAt.slice(0, 10)}` : '';
    const used = use?.known === true ? (use.value === null ? 'never used' : `last used ${renderAgo(use.value.at, now)}, ${sanitize(use.value.service)}, ${sanitize(use.value.region)}`) : '';
    const state = slot.isPresent && slot.state === 'unknown' ? '? present, status unknown' : MARKS[slot.state];
    return `  key ${index + 1}   ${id.padEnd(6)} ${state.padEnd(12)} ${[created, used].filter((part) => part !== '').join(' · ')}`.trimEnd();
  });
  const sources = verdict.sources.map((source) => `  ${sanitize(source.source)}  ${source.at === null ? 'not read' : renderTime(source.at)}${source.note === null ? '' : ` · ${sanitize(source.note)}`}`);
  return [
    `Root user of ${facts.account}`,
    ...slots,
    ...findings.map((finding) => `  ${FINDING_MARKS[finding.state]} ${sanitize(finding.summary)}`),
    'Sources',
    ...sources,
    `Verdict   ${verdict.state === 'absent' ? '✔ no root access keys' : verdict.state === 'unknown' ? '? could not tell' : `✖ root access key ${verdict.state}`}`,
  ];
}

function cadenceOf(caller: UsageCaller, now: Instant): string {
  const { cadence } = caller;
  if (cadence.kind === 'once') return `once, ${renderAgo(caller.lastSeenAt, now)}`;
  const next = caller.nextExpectedAt === null ? '' : `, next expected ${renderTime(caller.nextExpectedAt)}`;
  return `${cadence.kind} (up to ${renderSpan(cadence.periodMs)} apart), ${caller.count} ×, last ${renderAgo(caller.lastSeenAt, now)}${next}`;
}

export function renderUsage(usage: Usage, now: Instant): string[] {
  const { coverage } = usage;
  const uncovered = coverage.regions.filter((region) => !region.readable);
  const callers = usage.callers.flatMap((caller) => [
    `  ${caller.fingerprint}  ${sanitize(caller.sourceIp)}  ${sanitize(caller.userAgent)}`,
    `    ${caller.kind}${caller.accessKeyId === null ? '' : ` …${caller.accessKeyId.slice(-4)}`} · ${sanitize(caller.calls.slice(0, 3).map((call) => `${call.call} ${call.count}×`).join(', '))} · ${caller.regions.map(sanitize).join(', ')}`,
    `    ${cadenceOf(caller, now)}${isCallerToAcknowledge(caller) ? '' : ' · does not depend on a key'}`,
  ]);
  return [
    usage.callers.length === 0 ? 'No use of root seen' : 'Uses of root',
    ...callers,
    `  Covered: ${coverage.regions.length - uncovered.length} of ${coverage.regions.length} Regions, ${coverage.from.slice(0, 10)} to ${coverage.to.slice(0, 10)}${coverage.isRegionListComplete ? '' : ' (opt-in Regions unknown)'}.`,
    ...(uncovered.length === 0 ? [] : [`  Not covered: ${uncovered.map((region) => sanitize(region.region)).join(', ')}.`]),
    '  Not visible: data events (S3 objects, Lambda invocations).',
    ...(usage.ownCalls === 0 ? [] : [`  Left out: ${usage.ownCalls} reads by rootzero itself, by its user agent.`]),
  ];
}
