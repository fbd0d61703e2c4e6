/** A plan over an organization as lines of text: policies, findings, what root did under them, waves, actions. */
import type { GuardFinding } from '../domain/guard-preflight.ts';
import { parseJson } from '../domain/canonical-json.ts';
import type { GuardAction, GuardPlan, PlannedPolicy } from '../domain/guard-plan.ts';
import type { Replay, ReplayedCaller } from '../domain/root-replay.ts';
import type { Message } from '../ports/ui.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Mark, Style } from './style.ts';

export const renderCount = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
export const renderNode = ({ name, id }: { name: string; id: string }, style: Style): string => `${style.text(name)} (${style.text(id)})`;

export function renderGuardAction(action: GuardAction, style: Style): string {
  switch (action.kind) {
    case 'trust-iam': return 'trusted access for IAM in the organization';
    case 'enable-root-feature': return action.feature === 'credentialsManagement' ? 'centralized root access: root credentials management' : 'centralized root access: privileged root actions';
    case 'register-delegate': return `delegated administrator for IAM: ${action.account}`;
    case 'create-policy': return `create SCP ${style.text(action.policy)}`;
    case 'attach-policy': return `attach ${style.text(action.policy)} to ${renderNode(action.target, style)}${action.probe === null ? '' : `, root session tried in ${action.probe}`}`;
    case 'detach-policy': return `detach ${style.text(action.policy)} from ${renderNode(action.target, style)}`;
    case 'delete-policy': return `delete SCP ${style.text(action.policy)}`;
    case 'observe': return `watch wave ${action.wave} for ${renderSpan(action.durationMs)} (${renderCount(action.accounts.length, 'account')})`;
    case 'stay-open': return `${action.account} is open until ${renderTime(action.until)}`;
    case 'prove-sealed': return `prove that ${action.account} is sealed`;
  }
}

export const leadOf = (severity: GuardFinding['severity'], { mark }: Style): string => ({ blocker: `  ${mark('✖')} `, warning: `  ${mark('⚠')} `, note: '    ' })[severity];

/** One caller of the past, and what would have become of each call. */
export function renderReplayedCaller(caller: ReplayedCaller, style: Style): string[] {
  const { text } = style;
  return [
    ...style.flow([caller.fingerprint, caller.account, text(caller.sourceIp), text(caller.userAgent)], '  '),
    ...style.wrap(`${caller.kind}${caller.accessKeyId === null ? '' : ` …${caller.accessKeyId.slice(-4)}`}, last ${renderTime(caller.lastSeenAt)}`, '    '),
    ...caller.calls.flatMap(({ call, count, effect, because, task }) => [
      ...style.flow([`${text(call)} ${count}×`, text(because)], `    ${effect.padEnd(14)} `),
      ...(task === null ? [] : style.wrap(`${task.isRootOnly ? 'root only' : 'not root only'}: ${task.name}; ${task.instead}`, '      ')),
    ]),
  ];
}

const MOST_NAMED = 5;

/** Accounts with the same trouble in one line; hundreds are counted, and stand one by one in the plan file. */
function coverageLines(troubles: readonly { account: string; because: string }[], what: string, mark: Mark, style: Style): string[] {
  const reasons = new Map<string, string[]>();
  for (const { account, because } of troubles) reasons.set(because, [...(reasons.get(because) ?? []), account]);
  return [...reasons].flatMap(([because, accounts]) => {
    const more = accounts.length - MOST_NAMED;
    return style.wrap(`${what}: ${accounts.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${renderCount(more, 'other account')}` : ''}: ${style.text(because)}`, `  ${style.mark(mark)} `);
  });
}

const DATA_EVENTS = {
  unseen: 'Not visible: data events (S3 objects, Lambda invocations).',
  logged: 'Data events (S3 objects, Lambda invocations) are in log files only, and where a trail records them.',
};

function replayLines(replay: Replay | null, style: Style): string[] {
  if (replay === null) return style.wrap('What root did in the members was not read: --member-role NAME or --logs DIR.');
  const { coverage } = replay;
  const unread = coverage.flatMap((one) => (one.readable ? [] : [{ account: one.account, because: one.because }]));
  const partly = coverage.flatMap(({ account, readable, gaps }) => (readable && gaps.length > 0 ? [{ account, because: gaps.join('; ') }] : []));
  const byLogs = coverage.filter(({ logs }) => logs !== null).length;
  return [
    ...style.wrap(style.colours.bold(`What root did from ${replay.from.slice(0, 10)} to ${replay.to.slice(0, 10)}, under these policies`)),
    ...(replay.callers.length === 0 ? ['  nothing seen'] : replay.callers.flatMap((caller) => renderReplayedCaller(caller, style))),
    ...style.wrap([
      `Covered: ${coverage.length - unread.length} of ${renderCount(coverage.length, 'account')}${byLogs === 0 ? '' : `, ${byLogs} by log files`}.`,
      byLogs === 0 ? DATA_EVENTS.unseen : DATA_EVENTS.logged,
    ].join(' '), '  '),
    ...coverageLines(unread, 'not covered', '✖', style),
    ...coverageLines(partly, 'partly covered', '⚠', style),
  ];
}

/** A policy as a person reads it; it is stored without the white space. */
export function policyLines({ name, content, existingId }: PlannedPolicy, isShown: boolean, style: Style): string[] {
  const text = isShown ? JSON.stringify(parseJson(content) ?? content, null, 2) : '';
  return [
    ...style.flow([`policy ${style.text(name)}`, `${content.length} characters`, existingId === null ? 'to be created' : `there as ${style.text(existingId)}`], '  '),
    ...text.split('\n').filter((line) => line !== '').flatMap((line) => style.wrap(style.colours.dim(style.text(line.trimStart())), `    ${/^ */.exec(line)?.[0] ?? ''}`)),
  ];
}

const TITLES: Record<GuardPlan['purpose'], string> = { 'roll-out': 'Rollout', 'remove': 'Removal', 'break-glass': 'Break-glass', 'drill': 'Break-glass drill' };

export function renderGuardPlan({ plan, path }: Extract<Message, { code: 'guard/plan' }>, style: Style): string[] {
  const { colours, mark, text } = style;
  const canApply = plan.blockers.length === 0 && plan.actions.length > 0;
  return [
    ...style.flow([colours.bold(`${TITLES[plan.purpose]} for organization ${plan.boundTo.organization}`), 'nothing done yet', text(plan.world)]),
    ...(plan.reason === null ? [] : style.wrap(text(plan.reason), '  reason ')),
    ...plan.policies.flatMap((policy, index) => policyLines(policy, plan.purpose === 'roll-out' && index === 0, style)),
    ...plan.findings.flatMap(({ severity, text: finding }) => style.wrap(text(finding), leadOf(severity, style))),
    ...(plan.purpose === 'roll-out' ? replayLines(plan.replay, style) : []),
    ...plan.waves.flatMap(({ number, targets }) => style.flow(targets.map((target) => `${renderNode(target, style)}, ${renderCount(target.accounts, 'account')}`), `  wave ${number}  `)),
    ...(plan.actions.length === 0 ? ['  nothing to do'] : plan.actions.flatMap((action, index) => style.wrap(renderGuardAction(action, style), `  ${String(index + 1).padStart(3)}  `))),
    ...plan.accepted.flatMap(({ fingerprint, reason }) => style.wrap(`accepted ${text(fingerprint)}: ${text(reason)}`, '       ')),
    ...plan.notDone.flatMap(({ what, because }) => style.wrap(`${text(what)}: ${text(because)}`, `   ${mark('–')}   `)),
    ...(plan.blockers.length === 0 ? [] : ['Before it can be applied', ...plan.blockers.flatMap(({ code, text: because }) => style.wrap(`${colours.bold(code)}  ${text(because)}`, `  ${mark('✖')} `))]),
    ...style.copyable('digest  ', plan.digest),
    ...(path === null || !canApply ? [] : style.copyable('next    ', style.command(`rootzero guard apply ${text(path)} --approve ${plan.digest}`))),
  ];
}
