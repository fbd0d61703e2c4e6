/** Does the world still fit the plan? Asked right before the first write. Pure. */
import { minuteOf } from './instant.ts';
import { isCallerToAcknowledge } from './usage.ts';
import type { Usage } from './caller.ts';
import { canonicalJson } from './canonical-json.ts';
import { attendedKeyDifferences } from './attended-plan.ts';
import type { SeenKey } from './key-history.ts';
import { acknowledges, isAttended, SHORTEST_SOAK_MS, type PlanBody } from './plan.ts';
import type { RootUserFacts } from './root-user.ts';
import { assessVerdict } from './verdict.ts';
import { recommendSoak } from './soak-rule.ts';

export type PlanFit = {
  /** What differs; any of it makes the plan stale. */
  differences: string[];
  warnings: string[];
  /** The soak to keep: the planned one, or a longer one where newer use asks for it. In milliseconds. */
  soakMs: number;
};

function keyDifferences(plan: PlanBody, facts: RootUserFacts, seenKeys: readonly SeenKey[]): string[] {
  if (isAttended(plan)) return attendedKeyDifferences(plan, facts, seenKeys);
  if (plan.keys.length === 0) return assessVerdict(facts).state === 'absent' ? [] : ['There may be a root key now.'];
  if (!facts.keys.known) return [`The root keys can no longer be listed (${facts.keys.because}).`];
  const listed = new Map(facts.keys.value.map((key) => [key.keyId, key.status]));
  const changed = plan.keys.flatMap((key) => {
    const status = listed.get(key.keyId);
    if (status === undefined) return [`Key ${key.keyId} is gone.`];
    return status === key.status ? [] : [`Key ${key.keyId} was ${key.status} and is ${status} now.`];
  });
  const added = [...listed.keys()].filter((keyId) => !plan.keys.some((key) => key.keyId === keyId));
  return [...changed, ...added.map((keyId) => `Key ${keyId} is new.`)];
}

/**
 * Compares a plan with fresh facts and, unless it was made for a suspected compromise, with a fresh look-back. Newer use by an
 * acknowledged caller warns and may lengthen the soak; an unknown caller makes the plan stale.
 * @param seenKeys the keys as the look-back's events show them, where a person at the console is all that can list them
 */
export function assessPlanFit(plan: PlanBody, signer: string | null, facts: RootUserFacts, usage: Usage | null, seenKeys: readonly SeenKey[] = []): PlanFit {
  const differences = keyDifferences(plan, facts, seenKeys);
  if (plan.boundTo.account !== facts.account) differences.push(`The account is ${facts.account}, not ${plan.boundTo.account}.`);
  if (plan.boundTo.place !== null && (!facts.place.known || canonicalJson(facts.place.value) !== canonicalJson(plan.boundTo.place))) {
    differences.push('The account is no longer in the same place of its organization, or that can no longer be read.');
  }
  const signing = plan.keys.find((key) => key.isSigning);
  if (signer !== null && signer !== signing?.keyId) differences.push(`The root session hangs on key ${signer}, which the plan does not expect.`);
  const callers = usage?.callers.filter(isCallerToAcknowledge) ?? [];
  const warnings: string[] = [];
  for (const caller of callers) {
    const before = plan.callers.find((planned) => planned.fingerprint === caller.fingerprint);
    if (!acknowledges(plan, caller.fingerprint)) {
      differences.push(`Caller ${caller.fingerprint} (${caller.sourceIp}, ${caller.userAgent}) is not acknowledged.`);
    } else if (before !== undefined && caller.lastSeenAt > before.lastSeenAt) {
      warnings.push(`Caller ${caller.fingerprint} used root again at ${minuteOf(caller.lastSeenAt)}, which the plan did not know.`);
    }
  }
  const hasShortSoak = plan.overrides.some((override) => override.kind === 'short-soak');
  const required = usage === null ? 0 : Math.max(SHORTEST_SOAK_MS, recommendSoak(usage).requiredMs);
  const soakMs = hasShortSoak ? plan.soak.plannedMs : Math.max(plan.soak.plannedMs, required);
  if (soakMs > plan.soak.plannedMs) warnings.push('The soak is longer than planned, because of newer use.');
  return { differences, warnings, soakMs };
}
