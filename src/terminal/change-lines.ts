/** Alerts and Config rules as lines of text: what is there, what will be changed, what was tried. */
import { describeChange } from '../domain/change-plan.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import type { NotDone } from '../domain/plan.ts';
import type { ChangeMessage } from '../ports/change-messages.ts';
import { renderTime } from './span.ts';
import type { Mark, Style } from './style.ts';

type Of<Code extends ChangeMessage['code']> = Extract<ChangeMessage, { code: Code }>;

const MARKS: Record<GuardPart['state'], Mark> = { live: '✔', missing: '○', drifted: '⚠', broken: '✖', unknown: '?' };
const KINDS: Record<GuardPart['kind'], string> = {
  'trail': 'trail', 'topic': 'topic', 'event-rule': 'event rule', 'recorder': 'recorder', 'config-rule': 'rule', 'organization-rule': 'organization rule', 'account': 'account',
};
/** Beyond so many Regions they are counted in the line, and named below where something is wrong. */
const MANY_REGIONS = 3;

/** Things that differ by their Region only, together: each group with its first thing and all its Regions, in order. */
function groupByRegion<Thing extends { region: string }>(things: readonly Thing[], textsOf: (thing: Thing) => string[]): { thing: Thing; regions: string[] }[] {
  const groups = new Map<string, { thing: Thing; regions: string[] }>();
  for (const thing of things) {
    const key = JSON.stringify(textsOf(thing).map((text) => text.replaceAll(thing.region, '…')));
    const group = groups.get(key) ?? { thing, regions: [] };
    groups.set(key, { ...group, regions: [...group.regions, thing.region] });
  }
  return [...groups.values()];
}

export function renderParts(parts: readonly GuardPart[], style: Style): string[] {
  return groupByRegion(parts, ({ kind, name, state, because }) => [kind, name, state, ...because]).flatMap(({ thing, regions }) => {
    const isMany = regions.length > MANY_REGIONS;
    const names = regions.map(style.text).join(' ');
    return [
      ...style.flow([`${KINDS[thing.kind]} ${style.text(thing.name)}`, isMany ? `${regions.length} Regions` : names], `  ${style.mark(MARKS[thing.state])} ${style.pad(thing.state, 8)} `),
      ...thing.because.flatMap((text) => style.wrap(style.text(text), '             ')),
      ...(isMany && thing.state !== 'live' ? style.wrap(style.colours.dim(names), '             ') : []),
    ];
  });
}

const remarkLines = (remarks: readonly string[], style: Style): string[] => remarks.flatMap((text) => style.wrap(style.text(text), '     '));
const notDoneLines = (entries: readonly NotDone[], style: Style): string[] =>
  entries.flatMap((entry) => style.wrap(`${style.text(entry.what)}: ${style.text(entry.because)}`, `  ${style.mark('–')}  `));

/** How many are in which state: `3 live`, `1 broken`. */
export function tallyOf(parts: readonly GuardPart[]): string[] {
  const count = (state: GuardPart['state']): number => parts.filter((part) => part.state === state).length;
  return (['live', 'missing', 'drifted', 'broken', 'unknown'] as const).filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`);
}

function renderStates({ about, account, parts, remarks }: Of<'guard-parts'>, style: Style): string[] {
  const tally = tallyOf(parts);
  const title = `${about === 'alerts' ? 'Alerts on root' : 'Config rule on root keys'} in ${style.text(account)}`;
  return [...style.flow([style.colours.bold(title), ...tally]), ...renderParts(parts, style), ...remarkLines(remarks, style)];
}

function renderChangePlan({ plan, remarks }: Of<'change-plan'>, style: Style): string[] {
  const changes = groupByRegion(plan.changes, (change) => [describeChange(change)]).flatMap(({ thing, regions }) => {
    const others = regions.length - 1;
    return style.wrap(`${style.text(describeChange(thing))}${others === 0 ? '' : `, and in ${others} other Region${others === 1 ? '' : 's'}`}`, '  +  ');
  });
  return [
    ...style.flow([style.colours.bold(`${plan.about === 'alerts' ? 'Alerts' : 'Config rule'} for ${plan.boundTo.account}`), 'nothing done yet', style.text(plan.world)]),
    ...(changes.length === 0 ? ['  nothing to do'] : changes),
    ...notDoneLines(plan.notDone, style),
    ...remarkLines(remarks, style),
  ];
}

function renderTrial({ matches, sent, remarks }: Of<'alert-test'>, style: Style): string[] {
  const wrong = matches.flatMap((match) => match.wrong.map((text) => `${style.text(match.alert)} in ${style.text(match.region)}: ${style.text(text)}`));
  const samples = matches.reduce((sum, match) => sum + match.samples, 0);
  return [
    ...style.wrap(`${samples} samples tried against ${matches.length} event rules`, `${style.mark(wrong.length === 0 ? '✔' : '✖')} `),
    ...wrong.flatMap((text) => style.wrap(text, `  ${style.mark('✖')} `)),
    ...sent.flatMap(({ topic }) => style.wrap(`a trial message was sent to ${style.text(topic)}: look whether it arrived`, `${style.mark('✔')} `)),
    ...remarkLines(remarks, style),
  ];
}

function renderChangeSummary(message: Of<'change-summary'>, style: Style): string[] {
  const count = `${message.changes} change${message.changes === 1 ? '' : 's'}`;
  const heads = {
    'done': [style.mark('✔'), `Run ${message.runId} is done`],
    'done-unverified': [style.mark('⚠'), `Run ${message.runId} is done, not everywhere`],
    'rolled-back': [style.mark('✔'), `Run ${message.runId} was rolled back`],
  } as const;
  const [mark, head] = heads[message.outcome];
  return [
    ...style.wrap(`${head}: ${count}`, `${mark} `),
    ...message.left.flatMap((text) => style.wrap(`cannot be taken back: ${style.text(text)}`, `  ${style.mark('–')}  `)),
    ...notDoneLines(message.notDone, style),
    ...style.copyable('  evidence  ', style.text(message.folder)),
    ...style.next(message.next),
  ];
}

export function renderChangeMessage(message: ChangeMessage, style: Style): string[] {
  switch (message.code) {
    case 'guard-parts': return renderStates(message, style);
    case 'change-plan': return renderChangePlan(message, style);
    case 'change': return style.wrap(`${style.text(message.text)}  ${style.colours.dim(renderTime(message.at))}`, `${style.mark('✔')} `);
    case 'spread':
      return style.wrap(`${style.text(message.rule)} in ${style.text(message.region)}: ${message.done} of ${message.of} accounts${message.failed === 0 ? '' : `, ${message.failed} failed`}`, '  ');
    case 'alert-test': return renderTrial(message, style);
    case 'change-summary': return renderChangeSummary(message, style);
  }
}
