/** A plan over an organization as lines of text: counts first, then the waves, who is in them, who is left out and why, and how to go on. Long lists are cut; the file has all. */
import type { UsageCaller } from '../../domain/caller.ts';
import type { GuardFinding } from '../../domain/guard-preflight.ts';
import type { AccountAction, CredentialKind, NotCovered, OrganizationPlan, OrganizationWave, PlannedAccount, PlannedMemberKey } from '../../domain/organization/organization-plan.ts';
import { ASKS_FIRST } from '../../domain/organization/account-planner.ts';
import { EVENT_LATENCY_MS } from '../../domain/plan.ts';
import { isCallerToAcknowledge } from '../../domain/usage.ts';
import type { OrganizationPlanMessage } from '../../ports/organization-plan-messages.ts';
import { leadOf, policyLines, renderCount, renderNode } from '../guard-plan-lines.ts';
import { renderSpan } from '../span.ts';
import type { Style } from '../style.ts';

type PlanMessage = Extract<OrganizationPlanMessage, { code: 'organization-plan' }>;

/** More than that of a kind would not be read; the rest is counted. */
const SHOWN = { accounts: 4, callers: 3, groups: 12, named: 3, asking: 8, findings: 12 };

const more = (count: number, what: string, style: Style, indent: string): string[] => (count <= 0 ? [] : style.wrap(style.colours.dim(`and ${renderCount(count, `more ${what}`)}: -o json, or the plan file`), indent));
const capped = <Item>(items: readonly Item[], limit: number, render: (item: Item) => string[], rest: (count: number) => string[]): string[] =>
  [...items.slice(0, limit).flatMap(render), ...rest(items.length - limit)];

const PLACES: Record<CredentialKind, { kind: AccountAction['kind']; what: string }> = {
  keys: { kind: 'delete-key', what: 'access key' },
  certificates: { kind: 'delete-certificate', what: 'signing certificate' },
  password: { kind: 'delete-password', what: 'password' },
  mfa: { kind: 'deactivate-mfa', what: 'MFA device' },
};

const count = (accounts: readonly PlannedAccount[], kind: AccountAction['kind']): number => accounts.reduce((sum, { actions }) => sum + actions.filter((action) => action.kind === kind).length, 0);

function summaryLines({ plan, surveyed, clean }: PlanMessage, style: Style): string[] {
  const { accounts, credentials, manager, memberRole, notCovered, reading } = plan;
  const { text } = style;
  const wanted = credentials.filter((kind) => count(accounts, PLACES[kind].kind) > 0).map((kind) => renderCount(count(accounts, PLACES[kind].kind), PLACES[kind].what)).join(', then ');
  const unread = accounts.filter(({ keys, usage }) => keys.some(({ lastUse }) => lastUse !== null) && usage?.coverage.readable !== true).length;
  return [
    ...style.flow([style.colours.bold(`Retirement over organization ${plan.boundTo.organization}`), 'nothing done yet', text(plan.world)]),
    ...style.flow([renderCount(surveyed, 'account'), `${accounts.length} to retire`, `${notCovered.length} left out`, `${clean} with nothing to retire`], '  '),
    ...(accounts.length === 0 ? [] : style.wrap(`${wanted}, in ${renderCount(plan.waves.length, 'wave')}`, '  ')),
    ...style.wrap(`root sessions by ${text(reading.name)}, policies by ${text(manager?.name ?? reading.name)}, organization of ${plan.boundTo.account}`, '  '),
    ...(unread === 0 ? [] : style.wrap(`Who uses the keys is not known in ${renderCount(unread, 'account')}${memberRole === null ? ': --member-role NAME reads CloudTrail there, --logs DIR log files' : ', where neither the role nor log files show it'}.`, `  ${style.mark('⚠')} `)),
  ];
}

const longestSoak = (accounts: readonly PlannedAccount[]): number => accounts.reduce((longest, { soak }) => Math.max(longest, soak.plannedMs), 0);

/** Each wave begins when the one before it is done, and events need their time to arrive: so much later than the start it ends at the earliest. */
function waveRows(waves: readonly { wave: OrganizationWave; accounts: PlannedAccount[] }[], style: Style): string[] {
  const widths = [9, 6, 9, 12];
  const room = Math.max(12, style.width - widths.reduce((sum, width) => sum + width, 0));
  const row = (name: string, cells: readonly string[]): string =>
    `${style.pad(style.cut(name, room), room)}${cells.map((cell, index) => `${' '.repeat(Math.max(1, (widths[index] ?? 0) - style.measure(cell)))}${cell}`).join('')}`;
  let passedMs = 0;
  const lines = waves.map(({ wave, accounts }) => {
    const soakMs = longestSoak(accounts);
    passedMs += soakMs === 0 ? 0 : soakMs + EVENT_LATENCY_MS;
    return row(`  ${String(wave.number).padStart(2)}  ${style.text(wave.name)}`, [String(accounts.length), String(count(accounts, 'delete-key')), soakMs === 0 ? 'none' : renderSpan(soakMs), passedMs === 0 ? '–' : renderSpan(passedMs)]);
  });
  return [style.colours.dim(row('  wave', ['accounts', 'keys', 'soak', 'ends after'])), ...lines];
}

const renderKey = ({ keyId, lastUse, status }: PlannedMemberKey, style: Style): string =>
  `${style.key(keyId)} ${status}, ${lastUse === null ? 'never used' : `last used ${lastUse.at.slice(0, 10)} (${style.text(lastUse.service)})`}`;

const renderCaller = ({ cadence, fingerprint, lastSeenAt, sourceIp, userAgent }: UsageCaller, style: Style): string[] =>
  style.flow([`${fingerprint}  ${style.text(sourceIp)}`, style.cut(style.text(userAgent), 40), `${cadence.kind}, last ${lastSeenAt.slice(0, 10)}`], '        ');

function accountLines({ account, actions, keys, name, path, soak, usage }: PlannedAccount, style: Style): string[] {
  const { text } = style;
  const sealed = actions.find((action) => action.kind === 'find-sealed');
  const others = actions.flatMap((action) => {
    if (action.kind === 'delete-certificate') return [`certificate ${text(action.certificateId)}`];
    if (action.kind === 'deactivate-mfa') return [`MFA ${text(action.serialNumber)}`];
    return action.kind === 'delete-password' ? ['password'] : [];
  });
  const callers = usage?.callers.filter(isCallerToAcknowledge) ?? [];
  return [
    ...style.flow([`${account}  ${style.cut(text(name), 30)}`, text(path.names.join('/'))], '    '),
    ...style.flow([...keys.map((key) => renderKey(key, style)), ...others], '      '),
    ...capped(callers, SHOWN.callers, (caller) => renderCaller(caller, style), (rest) => more(rest, 'caller', style, '        ')),
    ...(sealed === undefined ? [] : style.wrap(`sealed already by ${text(sealed.policyId)} on ${text(sealed.targetId)}`, '      ')),
    ...(soak.plannedMs === 0 ? [] : style.wrap(`soak ${renderSpan(soak.plannedMs)}${soak.plannedMs < soak.requiredMs ? ` of ${renderSpan(soak.requiredMs)} required` : ''}: ${text(soak.because)}`, '      ')),
  ];
}

/** Accounts that only a word of the operator is missing for: each with its own, since there is no blanket acknowledgement. */
function askingLines(asking: readonly NotCovered[], style: Style): string[] {
  if (asking.length === 0) return [];
  const render = ({ account, because, name, next }: NotCovered): string[] => [
    ...style.flow([`${account} ${style.cut(style.text(name), 30)}`], '    '),
    ...style.wrap(style.text(because.slice(ASKS_FIRST.length)), '      '),
    ...(/--acknowledge .*/.exec(next) === null ? [] : style.copyable('      ', style.text(/--acknowledge .*/.exec(next)?.[0] ?? ''))),
  ];
  return [
    ...style.wrap(`${renderCount(asking.length, 'account')} ${asking.length === 1 ? 'needs' : 'need'} an acknowledgement; find out who it is, then plan again with the option named`, `  ${style.mark('?')} `),
    ...capped(asking, SHOWN.asking, render, (rest) => more(rest, 'account', style, '    ')),
  ];
}

/** Accounts that are left out for the same reason are one entry, the reason with the most accounts first. */
function notCoveredLines(notCovered: readonly NotCovered[], style: Style): string[] {
  const isAsking = ({ because }: NotCovered): boolean => because.startsWith(ASKS_FIRST);
  const groups = new Map<string, NotCovered[]>();
  for (const one of notCovered.filter((other) => !isAsking(other))) {
    const group = groups.get(one.because);
    if (group === undefined) groups.set(one.because, [one]);
    else group.push(one);
  }
  const render = (group: NotCovered[]): string[] => {
    const named = group.slice(0, SHOWN.named).map((one) => `${one.account} ${style.cut(style.text(one.name), 30)}`);
    const rest = group.length - named.length;
    return [
      ...style.flow([...named, ...(rest === 0 ? [] : [`and ${rest} more`])], `  ${style.mark('–')} `),
      ...style.wrap(style.text(group[0]?.because ?? ''), '    '),
      ...style.next(group[0]?.next ?? '', '    next  '),
    ];
  };
  if (notCovered.length === 0) return [];
  return [
    style.colours.bold(`Left out (${notCovered.length})`),
    ...askingLines(notCovered.filter(isAsking), style),
    ...capped([...groups.values()].sort((first, second) => second.length - first.length), SHOWN.groups, render, (rest) => more(rest, 'reason', style, '  ')),
  ];
}

function afterwardsLines({ afterwards, quarantine }: OrganizationPlan, style: Style): string[] {
  const name = style.text(quarantine.name);
  switch (afterwards.kind) {
    case 'lift': return style.wrap(`Once its root has no key, ${name} comes off an account again.`, '  ');
    case 'keep': return style.wrap(`${name} stays on each account, until rootzero guard remove.`, '  ');
    case 'replace': return [
      ...style.wrap(`Before ${name} comes off, ${style.text(afterwards.policy.name)} goes onto ${afterwards.targets.map((target) => renderNode(target, style)).join(', ')}.`, '  '),
      ...policyLines(afterwards.policy, false, style),
    ];
  }
}

/** What cannot be undone, before anybody approves it. */
function finalLines({ accounts, credentials }: OrganizationPlan, style: Style): string[] {
  const lead = `  ${style.mark('✖')} `;
  const others = credentials.filter((kind) => kind !== 'keys' && count(accounts, PLACES[kind].kind) > 0).map((kind) => renderCount(count(accounts, PLACES[kind].kind), PLACES[kind].what));
  return [
    ...(count(accounts, 'delete-key') === 0 ? [] : style.wrap(`${renderCount(count(accounts, 'delete-key'), 'key')} will be deleted for good, each after its soak; until then rootzero rollback takes everything back. Denied data events (S3 objects, Lambda invocations) show nowhere during a soak.`, lead)),
    ...(others.length === 0 ? [] : style.wrap(`${others.join(', ')}: no soak, and no undo but account recovery.`, lead)),
  ];
}

const findingLines = (findings: readonly GuardFinding[], style: Style): string[] =>
  capped(findings, SHOWN.findings, ({ severity, text }) => style.wrap(style.text(text), leadOf(severity, style)), (rest) => more(rest, 'finding', style, '    '));

export const renderUnasked = ({ missing, next }: Extract<OrganizationPlanMessage, { code: 'organization-plan/unasked' }>, style: Style): string[] => [
  ...style.wrap(`${missing} callers and keys need an acknowledgement, too many to ask for here; nothing was changed. The plan names each with its option:`, `${style.mark('?')} `),
  ...style.next(next),
];

export function renderOrganizationPlan(message: PlanMessage, style: Style): string[] {
  const { plan, path } = message;
  const { colours, mark, text } = style;
  const byId = new Map(plan.accounts.map((one) => [one.account, one]));
  const waves = plan.waves.map((wave) => ({ wave, accounts: wave.accounts.flatMap((id) => byId.get(id) ?? []) }));
  const details = waves.flatMap(({ wave, accounts }) => [
    style.cut(colours.bold(`  wave ${wave.number}  ${text(wave.name)}`)),
    ...capped([...accounts].sort((first, second) => count([second], 'delete-key') - count([first], 'delete-key')), SHOWN.accounts, (one) => accountLines(one, style), (rest) => more(rest, 'account', style, '    ')),
  ]);
  const isQuarantining = count(plan.accounts, 'quarantine') > 0;
  return [
    ...summaryLines(message, style),
    ...(plan.accounts.length === 0 ? [plan.notCovered.length === 0 ? '  nothing to do' : '  nothing can be retired as it stands'] : [...waveRows(waves, style), ...details]),
    ...(isQuarantining ? [...policyLines(plan.quarantine, false, style), ...afterwardsLines(plan, style)] : []),
    ...notCoveredLines(plan.notCovered, style),
    ...findingLines(plan.findings.filter(({ severity }) => severity !== 'blocker'), style),
    ...plan.acknowledgements.flatMap(({ fingerprint, reason }) => style.wrap(`acknowledged ${text(fingerprint)}: ${text(reason)}`, '    ')),
    ...[plan.overrides.shortSoak, plan.overrides.unprovedSoak].flatMap((reason, index) => (reason === null ? [] : style.wrap(`override ${index === 0 ? 'short-soak' : 'unproved-soak'}: ${text(reason)}`, `  ${mark('⚠')} `))),
    ...finalLines(plan, style),
    ...(plan.blockers.length === 0 ? [] : ['Before it can be applied', ...plan.blockers.flatMap((blocker) => style.wrap(`${colours.bold(blocker.code)}  ${text(blocker.text)}`, `  ${mark('✖')} `))]),
    ...style.copyable('digest  ', plan.digest),
    ...(path === null || plan.blockers.length > 0 || plan.accounts.length === 0 ? [] : style.copyable('next    ', style.command(`rootzero apply ${text(path)} --approve ${plan.digest}`))),
  ];
}
