/** Ways out for callers, where their keys sit, and what root did, as lines of text. */
import type { DeedGroup, RootDeed } from '../domain/caller.ts';
import type { Intrusion, NamedGroup, UsageReport } from '../domain/usage-report.ts';
import { renderTime } from './span.ts';
import type { Style } from './style.ts';

const MOST_POLICIES = 5;
const MOST_ACTIONS = 12;
const MOST_DEEDS = 100;
const DEED_GROUPS: readonly (readonly [DeedGroup, string])[] = [
  ['users', 'Users'], ['keys', 'Keys'], ['roles', 'Roles and policies'], ['sessions', 'Federation and session tokens'], ['trails', 'Trails'], ['detectors', 'Detectors'], ['other', 'Everything else'],
];

function renderPolicy({ name, policy }: NamedGroup, style: Style): string[] {
  if (policy === null) return [];
  const actions = policy.document.Statement.flatMap((statement) => statement.Action);
  const more = actions.length > MOST_ACTIONS ? [`… and ${actions.length - MOST_ACTIONS} more`] : [];
  return [
    ...style.flow([...actions.slice(0, MOST_ACTIONS).map(style.text), ...more, ...(actions.length === 0 ? ['no action seen'] : [])], `  ${style.colours.bold(style.pad(name, 2))} `),
    ...(policy.isComplete ? [] : style.wrap(style.text(policy.remarks[0] ?? ''), `     ${style.mark('⚠')} `)),
  ];
}

/** A policy to start from for each caller that depends on a key, and the places to look at, the likely ones with how. */
export function renderWaysOut({ groups, places, intrusion }: UsageReport, style: Style): string[] {
  // An intruder needs no role.
  const dependent = intrusion === null ? groups.filter((group) => group.dependsOnKey) : [];
  if (dependent.length === 0) return [];
  const likely = places.filter((place) => place.isLikely);
  const others = places.filter((place) => !place.isLikely).map(({ what }) => what);
  return [
    style.colours.bold('A role instead: policies to start from'),
    ...dependent.slice(0, MOST_POLICIES).flatMap((group) => renderPolicy(group, style)),
    ...style.wrap('as documents, with what to mend in them: -o json', '  '),
    style.colours.bold('Where such a key sits, and how to look (KEY: its whole id)'),
    ...likely.flatMap(({ what, commands, note }) => [
      ...style.wrap(`${what}${note === null ? '' : `: ${note}`}`, '  '),
      ...commands.map((command) => (style.measure(command) + 4 <= style.width ? `    ${command}` : command)),
    ]),
    ...(others.length === 0 ? [] : style.wrap(`also: ${others.join('; ')}`, '  ')),
  ];
}

function renderDeed({ at, call, subject, region, errorCode, event }: RootDeed, style: Style): string[] {
  const { text } = style;
  return style.wrap(`${text(call)} ${text(subject ?? '')} from ${text(event.sourceIp)} in ${text(region)}${errorCode === null ? '' : ` (${text(errorCode)})`}`, `    ${style.colours.dim(renderTime(at))}  `);
}

function renderSessions({ minted, signedInUntil }: Intrusion, style: Style): string[] {
  const { text, wrap } = style;
  return [
    ...minted.map((session) => `${text(session.id ?? 'a session')} of ${renderTime(session.at)} from ${text(session.sourceIp)} ends by ${renderTime(session.endsBy)}`).flatMap((line) => wrap(line, '    ')),
    ...(signedInUntil === null ? [] : wrap(`console and aws login: the last one seen ends by ${renderTime(signedInUntil)}`, '    ')),
    ...wrap('as long as a key is active, more can be minted; each lives for an hour at most', '    '),
  ];
}

/** What root did, by kind, with times and the ends of sessions; nothing where no compromise is suspected. */
export function renderIntrusion({ intrusion }: UsageReport, style: Style): string[] {
  if (intrusion === null) return [];
  const { deeds } = intrusion;
  const shown = deeds.slice(-MOST_DEEDS);
  return [
    style.colours.bold(`What root did: ${deeds.length} changing calls`),
    ...(deeds.length > shown.length ? [`  the last ${shown.length} of them; all are in -o json`] : []),
    ...DEED_GROUPS.flatMap(([kind, title]) => {
      const some = shown.filter(({ group }) => group === kind);
      return some.length === 0 ? [] : [`  ${title}`, ...some.flatMap((deed) => renderDeed(deed, style))];
    }),
    ...(intrusion.newRegions.length === 0 ? [] : style.wrap(`Regions first used since ${intrusion.newSince.slice(0, 10)}: ${intrusion.newRegions.map(style.text).join(', ')}`, `  ${style.mark('⚠')} `)),
    '  Sessions that may live on',
    ...renderSessions(intrusion, style),
    ...style.next('rootzero runbook suspected-compromise'),
  ];
}
