/** Which guardrails this account can have, as actions; what cannot be had, with the reason. Read-only. */
import {
  CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME, CONFIG_RULE_UNSUPPORTED_REGIONS, isSamePolicy, minifyPolicy, SCP_MAX_CHARACTERS, SCP_SLOTS_PER_TARGET,
  type ConfigRuleDocument,
} from '../domain/guardrail.ts';
import type { Action, Blocker, NotDone } from '../domain/plan.ts';
import { asProblem, problem, type ProblemCode } from '../domain/problem.ts';
import type { RootUserFacts } from '../domain/root-user.ts';
import { deniesRoot, locksOutAssumedRoot } from '../domain/scp-effect.ts';
import { isSameRule } from './guardrails.ts';
import type { Session } from './session.ts';

export type GuardrailWishes = {
  scp: 'leave-out' | { target: string | null; name: string; description: string; policyText: string };
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
  if (facts.place.value.kind === 'member') return skip(SCP, `attached from the management account ${facts.place.value.managementAccount}`);
  if (wish.target === null) return skip(SCP, 'no target given: --scp-target with a sandbox OU or one account');
  const { reader } = session.identities.reading;
  const content = minifyPolicy(wish.policyText);
  if (content.length > SCP_MAX_CHARACTERS) return block('guardrail/too-long', `${content.length} of ${SCP_MAX_CHARACTERS} characters.`);
  if (locksOutAssumedRoot(content) !== 'no') throw problem('tool/defect', { detail: 'The shipped SCP would lock out assumed-root sessions.' });
  if (!(await reader.isScpEnabled())) return block('guardrail/scp-not-enabled', 'Enable service control policies, or --no-scp.');
  const target = await reader.readOrganizationTarget(wish.target);
  if (target.kind === 'root') return block('guardrail/target-unknown', 'The root of the organization is too wide for a first attachment.');
  const attached = await reader.readAttachedPolicies(target.id);
  const owned = attached.find((policy) => policy.name.startsWith(CONTROL_TOWER_PREFIX) && deniesRoot(policy.content) !== 'no');
  if (owned !== undefined) return block('guardrail/control-tower', `Policy ${owned.name} (${owned.id}) on ${target.id}.`);
  const existing = await reader.findServiceControlPolicy(wish.name);
  if (existing !== null && !isSamePolicy(existing.content, content)) {
    return block('guardrail/name-taken', `Policy ${wish.name} (${existing.id}) there: ${existing.content} — here: ${content}`);
  }
  if (existing !== null && attached.some((policy) => policy.id === existing.id)) return skip(SCP, `already in place on ${target.id}`);
  if (attached.length >= SCP_SLOTS_PER_TARGET) return block('guardrail/no-slot', `${attached.length} of ${SCP_SLOTS_PER_TARGET} slots of ${target.id} are taken.`);
  const guardrail = { name: wish.name, description: wish.description, content, existingId: existing?.id ?? null, target };
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
