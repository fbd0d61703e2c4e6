/** A plan as lines of text: what will be done, what may be undone, what stands in the way. */
import { maskKeyId } from '../domain/identifiers.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { sanitize } from './sanitize.ts';
import { renderSpan } from './span.ts';

export function renderAction(action: Action): string {
  switch (action.kind) {
    case 'contain-by-deactivation': return `deactivate ${maskKeyId(action.keyId)}`;
    case 'look-back': return 'look back at what root did';
    case 'soak': return `soak ${[...action.contained, ...action.watched].map(maskKeyId).join(', ')} for ${renderSpan(action.durationMs)}`;
    case 'delete-root-key': return `delete ${maskKeyId(action.keyId)}${action.basis === 'direct' ? ' directly (it signs; it was not contained)' : ''}`;
    case 'verify-no-root-keys': return 'verify by live read that no root key is left';
    case 'attach-guardrail': return `attach SCP ${sanitize(action.guardrail.name)} to ${sanitize(action.guardrail.target.name)} (${sanitize(action.guardrail.target.id)})`;
    case 'put-config-rule': return `Config rule ${sanitize(action.rule.name)} in ${sanitize(action.region)}`;
  }
}

const UNDO: Record<Action['effect'], string> = {
  'reversible': 'undo: rootzero rollback',
  'irreversible': '✖ cannot be undone',
  'wait': 'you may close this terminal',
  'none': '',
};

export function renderPlan(plan: Plan, path: string | null): string[] {
  const actions = plan.actions.map((action, index) => {
    const text = `  ${String(index + 1).padStart(2)}  ${renderAction(action)}`;
    return `${text.padEnd(56)} ${UNDO[action.effect]}`.trimEnd();
  });
  const notes = [
    ...plan.acknowledgements.map((given) => `  acknowledged ${sanitize(given.fingerprint)}: ${sanitize(given.reason)}`),
    ...plan.overrides.map((override) => `  ⚠ override ${override.kind}: ${sanitize(override.reason)}`),
    ...plan.notDone.map((entry) => `  –   ${sanitize(entry.what)}: ${sanitize(entry.because)}`),
    ...plan.soak.notProvable.map((fingerprint) => `  ⚠ caller ${sanitize(fingerprint)} was seen once: waiting cannot prove that it is gone`),
  ];
  const blockers = plan.blockers.flatMap((blocker) => [`  ✖ ${blocker.code}`, `    ${sanitize(blocker.text)}`]);
  return [
    `Plan for ${plan.boundTo.account}, nothing done yet  (${sanitize(plan.world)})`,
    ...(actions.length === 0 ? ['  nothing to do'] : actions),
    ...notes,
    ...(plan.keys.length === 0 ? [] : [`  soak required ${renderSpan(plan.soak.requiredMs)}: ${sanitize(plan.soak.because)}`]),
    ...(blockers.length === 0 ? [] : ['Before it can be applied', ...blockers]),
    `digest  ${plan.digest}`,
    ...(path === null || blockers.length > 0 || plan.actions.length === 0 ? [] : [`next    rootzero apply ${sanitize(path)} --approve ${plan.digest}`]),
  ];
}
