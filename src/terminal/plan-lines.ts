/** A plan as lines of text: what will be done, what may be undone, what stands in the way. */
import type { AccessKeyId } from '../domain/identifiers.ts';
import { isAttended, type Action, type Plan } from '../domain/plan.ts';
import { renderSpan } from './span.ts';
import type { Style } from './style.ts';

/** Key ids as they are shown; where none is known, the console knows them. */
const namedKeys = (keyIds: readonly AccessKeyId[], style: Style): string => (keyIds.length === 0 ? 'every key listed there' : keyIds.map(style.key).join(', '));

export function renderAction(action: Action, style: Style): string {
  switch (action.kind) {
    case 'contain-by-deactivation': return `deactivate ${style.key(action.keyId)}`;
    case 'contain-by-scp': return `deny root by SCP all but key removal, on ${style.text(action.guardrail.target.id)}: ${namedKeys(action.keyIds, style)}`;
    case 'lift-scp': return `lift that SCP from ${style.text(action.guardrail.target.id)}`;
    case 'attend-console': return `in the console: ${action.what} ${namedKeys(action.keyIds, style)}`;
    case 'look-back': return 'look back at what root did';
    case 'soak': return `soak ${namedKeys([...action.contained, ...action.watched], style)} for ${renderSpan(action.durationMs)}`;
    case 'delete-root-key': return `delete ${style.key(action.keyId)}${action.basis === 'direct' ? ' directly, by itself' : ''}`;
    case 'verify-no-root-keys': return 'verify by live read that no root key is left';
    case 'attach-guardrail': return `attach SCP ${style.text(action.guardrail.name)} to ${style.text(action.guardrail.target.name)} (${style.text(action.guardrail.target.id)})`;
    case 'put-config-rule': return `Config rule ${style.text(action.rule.name)} in ${style.text(action.region)}`;
  }
}

function renderRemark(effect: Action['effect'], { colours, mark }: Style): string {
  switch (effect) {
    case 'reversible': return colours.dim('undo: rootzero rollback');
    case 'irreversible': return `${mark('✖')} cannot be undone`;
    case 'wait': return colours.dim('you may close this terminal');
    case 'none': return '';
  }
}

export function renderPlan(plan: Plan, path: string | null, style: Style): string[] {
  const { colours, mark, text } = style;
  const actions = plan.actions.flatMap((action, index) => style.columns(renderAction(action, style), renderRemark(action.effect, style), `  ${String(index + 1).padStart(2)}  `));
  const notes = [
    ...plan.notDone.flatMap((entry) => style.wrap(`${text(entry.what)}: ${text(entry.because)}`, `   ${mark('–')}  `)),
    ...plan.acknowledgements.flatMap((given) => style.wrap(`acknowledged ${text(given.fingerprint)}: ${text(given.reason)}`, '      ')),
    ...plan.overrides.flatMap((override) => style.wrap(`override ${override.kind}: ${text(override.reason)}`, `   ${mark('⚠')}  `)),
    ...plan.soak.notProvable.flatMap((fingerprint) => style.wrap(`caller ${text(fingerprint)} was seen once: waiting cannot prove that it is gone`, `   ${mark('⚠')}  `)),
    ...(plan.keys.length === 0 && !isAttended(plan) ? [] : style.wrap(`soak of ${renderSpan(plan.soak.requiredMs)} required: ${text(plan.soak.because)}`, '      ')),
  ];
  const blockers = plan.blockers.flatMap((blocker) => style.wrap(`${colours.bold(blocker.code)}  ${text(blocker.text)}`, `  ${mark('✖')} `));
  return [
    ...style.flow([colours.bold(`Plan for ${plan.boundTo.account}`), 'nothing done yet', text(plan.world)]),
    ...(actions.length === 0 ? ['  nothing to do'] : actions),
    ...notes,
    ...(blockers.length === 0 ? [] : ['Before it can be applied', ...blockers]),
    ...style.copyable('digest  ', plan.digest),
    ...(path === null || blockers.length > 0 || plan.actions.length === 0 ? [] : style.copyable('next    ', `rootzero apply ${text(path)} --approve ${plan.digest}`)),
  ];
}
