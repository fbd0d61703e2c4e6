/** Whether a plan over an organization says the same thing everywhere: a file can be written by any hand, and given a digest that fits. Pure. */
import type { AccountAction, OrganizationPlan, PlannedAccount } from './organization-plan.ts';

const isRepeated = (texts: readonly string[]): boolean => new Set(texts).size < texts.length;

/** Keys go only after their containment and their soak, and only those that the account's row names. */
function findInAccount({ account, actions, keys, soak }: PlannedAccount, { overrides, blockers }: OrganizationPlan): string | null {
  const kinds = actions.map(({ kind }) => kind);
  const soaking = actions.find((action): action is Extract<AccountAction, { kind: 'soak' }> => action.kind === 'soak');
  const isBefore = (first: AccountAction['kind'], second: AccountAction['kind']): boolean => kinds.includes(first) && kinds.indexOf(first) < kinds.indexOf(second);
  if (actions.some(({ id }) => !id.startsWith(`${account}/`))) return 'a step of another account';
  if (actions.some((action) => action.kind === 'delete-key' && !keys.some(({ keyId }) => keyId === action.keyId))) return 'a key to delete that it does not name';
  if (!kinds.includes('delete-key')) return null;
  if (!(isBefore('quarantine', 'soak') || isBefore('find-sealed', 'soak')) || !isBefore('soak', 'delete-key')) return 'a key to delete without containment and a soak before';
  if (soaking?.durationMs !== soak.plannedMs) return 'two lengths of its soak';
  return soak.plannedMs < soak.requiredMs && overrides.shortSoak === null && blockers.length === 0 ? 'a soak shorter than required, and no reason' : null;
}

/** The first thing in which the plan contradicts itself; null where there is none, as in every plan that rootzero made. */
export function findContradiction(plan: OrganizationPlan): string | null {
  const [planned, waved] = [plan.accounts.map(({ account }) => account), plan.waves.flatMap(({ accounts }) => accounts)];
  if (isRepeated(planned) || isRepeated(waved) || [...planned].sort().join() !== [...waved].sort().join()) return 'Each account has to be in one wave.';
  if (isRepeated(plan.accounts.flatMap(({ actions }) => actions.map(({ id }) => id)))) return 'Two steps have the same id.';
  for (const one of plan.accounts) {
    const found = findInAccount(one, plan);
    if (found !== null) return `Account ${one.account} has ${found}.`;
  }
  return null;
}
