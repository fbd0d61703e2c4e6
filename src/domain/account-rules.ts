/** The Config rule on root keys, account by account: by a rule of the organization, or by one of the account's own. Pure. */
import type { GuardPart, PartState } from './guard-part.ts';
import type { AccountId } from './identifiers.ts';
import type { AccountSpread, OrganizationRuleSpread } from './organization-rule.ts';

export type AccountRule = { state: PartState; because: string };

/** A rule of the organization on root keys, with how far it has come; null where that could not be read. */
export type SpreadRule = { name: string; region: string; excludedAccounts: readonly string[]; spread: OrganizationRuleSpread | null };

/** What is known of the rules: null where the organization's own could not be read. `own`: what a look into an account found there. */
export type FoundRules = { organization: readonly SpreadRule[] | null; own: ReadonlyMap<AccountId, readonly GuardPart[]> };

/** Good news last, so that the best of several rules stands. */
const FROM_RULE: Record<AccountSpread['state'], PartState> = { 'failed': 'broken', 'in-progress': 'unknown', 'successful': 'live' };

function byOrganization(account: AccountId, rules: readonly SpreadRule[]): AccountRule | null {
  const found = rules.flatMap(({ name, region, spread }): AccountRule[] => {
    const entry = spread?.change === 'delete' ? undefined : spread?.accounts.find((one) => one.account === account);
    if (entry === undefined) return [];
    const because = entry.because ?? (entry.state === 'in-progress' ? 'not reached yet' : '');
    return [{ state: FROM_RULE[entry.state], because: `${name} in ${region}${because === '' ? '' : `: ${because}`}` }];
  });
  return found.find(({ state }) => state === 'live') ?? found[0] ?? null;
}

/** The rule, unless the recorder behind it does not record. */
function byItself(parts: readonly GuardPart[]): AccountRule | null {
  const worst = parts.find(({ state }) => state === 'broken') ?? parts.find(({ kind }) => kind === 'config-rule') ?? parts[0];
  if (worst === undefined) return null;
  const isThere = worst.state === 'live' || worst.state === 'broken';
  return { state: worst.state, because: [...(isThere ? [`${worst.name} in ${worst.region}`] : []), ...worst.because].join(', ') };
}

/** An account that a rule of the organization has reached needs no look into it. */
export const isReached = (account: AccountId, { organization }: Pick<FoundRules, 'organization'>): boolean => byOrganization(account, organization ?? [])?.state === 'live';

/** One account. What nobody looked into is unknown, and not missing: Security Hub or Control Tower may have put a rule there. */
export function assessAccountRule(account: AccountId, { organization, own }: FoundRules): AccountRule {
  const rules = organization ?? [];
  const spread = byOrganization(account, rules);
  const itself = byItself(own.get(account) ?? []);
  if (spread?.state === 'live' || itself === null) {
    if (spread !== null) return spread;
    const excluded = rules.find(({ excludedAccounts }) => excludedAccounts.includes(account));
    if (excluded !== undefined) return { state: 'unknown', because: `left out of ${excluded.name}; --member-role NAME looks for a rule of its own` };
    return { state: 'unknown', because: organization === null ? 'the rules of the organization could not be read' : 'no rule of the organization reaches it; --member-role NAME looks for its own' };
  }
  return itself.state === 'live' || spread === null ? itself : spread;
}
