/** Which guardrails this account can have, as actions; what cannot be had, with the reason. Read-only. */
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME, CONFIG_RULE_UNSUPPORTED_REGIONS, type ConfigRuleDocument } from '../domain/guardrail.ts';
import type { Action, Blocker, NotDone } from '../domain/plan.ts';
import { asProblem, type ProblemCode } from '../domain/problem.ts';
import type { RootUserFacts } from '../domain/root-user.ts';
import { deniesRoot } from '../domain/scp-effect.ts';
import { isSameRule } from './guardrails.ts';
import { placeScp, type ScpWish } from './scp-placement.ts';
import type { Session } from './session.ts';

export type GuardrailWishes = {
  scp: 'leave-out' | ({ target: string | null } & ScpWish);
  /** What contains a key that signs, where somebody manages the organization of its account. */
  containment: ScpWish;
  config: 'leave-out' | { region: string; rule: ConfigRuleDocument };
};

export type PlannedGuardrails = { actions: Action[]; notDone: NotDone[]; blockers: Blocker[] };

const SCP = 'deny-root SCP';
const RULE = `Config rule ${CONFIG_RULE_NAME}`;
/** Control Tower names its own policies so (AWS Control Tower User Guide, guidance on SCPs). */
const CONTROL_TOWER_PREFIX = 'aws-guardrails-';

const skip = (what: string, because: string): PlannedGuardrails => ({ actions: [], notDone: [{ what, because }], blockers: [] });
const block = (code: ProblemCode, text: string): PlannedGuardrails => ({ actions: [], notDone: [], blockers: [{ code, text }] });

async function planScp(session: Session, facts: RootUserFacts, wish: GuardrailWishes['scp']): Promise<PlannedGuardrails> {
  if (wish === 'leave-out') return skip(SCP, 'left out by the operator');
  if (!facts.place.known) return skip(SCP, `the organization could not be read (${facts.place.because})`);
  if (facts.place.value.kind === 'standalone') return skip(SCP, 'not applicable: a standalone account has no service control policies');
  const { organization, reading } = session.identities;
  if (facts.place.value.kind === 'member' && organization === null) return skip(SCP, `attached from the management account ${facts.place.value.managementAccount}`);
  if (wish.target === null) return skip(SCP, 'no target given: --scp-target with a sandbox OU or one account');
  const placement = await placeScp((organization ?? reading).reader, wish, wish.target, '--no-scp');
  if ('blocker' in placement) return block(placement.blocker.code, placement.blocker.text);
  const { attached, guardrail, isAttached } = placement;
  const owned = attached.find((policy) => policy.name.startsWith(CONTROL_TOWER_PREFIX) && deniesRoot(policy.content) !== 'no');
  if (owned !== undefined) return block('guardrail/control-tower', `Policy ${owned.name} (${owned.id}) on ${guardrail.target.id}.`);
  if (isAttached) return skip(SCP, `already in place on ${guardrail.target.id}`);
  return { actions: [{ id: 'scp', kind: 'attach-guardrail', effect: 'reversible', guardrail }], notDone: [], blockers: [] };
}

async function planConfigRule(session: Session, wish: GuardrailWishes['config']): Promise<PlannedGuardrails> {
  if (wish === 'leave-out') return skip(RULE, 'left out by the operator');
  const { region, rule } = wish;
  if (CONFIG_RULE_UNSUPPORTED_REGIONS.includes(region)) return block('guardrail/config-region', `${region} does not offer ${CONFIG_RULE_IDENTIFIER}: --config-region us-east-1.`);
  const { reader } = session.identities.reading;
  const found = await reader.findConfigRules(region, CONFIG_RULE_NAME, CONFIG_RULE_IDENTIFIER);
  const named = found.find((other) => other.name === CONFIG_RULE_NAME);
  if (named !== undefined && !isSameRule(named, rule)) {
    return block('guardrail/config-differs', `There: ${named.sourceOwner}/${named.sourceIdentifier} — here: ${rule.sourceOwner}/${rule.sourceIdentifier}.`);
  }
  const same = found.find((other) => other.sourceIdentifier === CONFIG_RULE_IDENTIFIER);
  if (same !== undefined) return skip(RULE, `already in place in ${region} as ${same.name}${same.createdBy === null ? '' : ` (${same.createdBy})`}`);
  const recorder = await reader.readConfigRecorder(region);
  if (recorder !== 'recording') return skip(RULE, `AWS Config has no customer-managed recorder that records in ${region} (${recorder})`);
  return { actions: [{ id: 'config-rule', kind: 'put-config-rule', effect: 'reversible', region, rule }], notDone: [], blockers: [] };
}

/** A guardrail that cannot even be read is one that is not done, with the reason; it never blocks the removal of keys. */
async function readable(what: string, plan: () => Promise<PlannedGuardrails>): Promise<PlannedGuardrails> {
  try {
    return await plan();
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.exitCode === 3 || because.exitCode === 5) throw because;
    return skip(what, `${because.summary} ${because.detail ?? ''}`.trim());
  }
}

export async function planGuardrails(session: Session, facts: RootUserFacts, wishes: GuardrailWishes): Promise<PlannedGuardrails> {
  const scp = await readable(SCP, () => planScp(session, facts, wishes.scp));
  const rule = await readable(RULE, () => planConfigRule(session, wishes.config));
  return { actions: [...scp.actions, ...rule.actions], notDone: [...scp.notDone, ...rule.notDone], blockers: [...scp.blockers, ...rule.blockers] };
}
