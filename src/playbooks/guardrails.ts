/** Guardrails of one account: what can be planned here and why not, and carrying it out. Reads come before writes; what is there already is left alone. */
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME, type ConfigRuleDocument, isSamePolicy } from '../domain/guardrail.ts';
import type { Action, PlannedScp } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import type { CloudReader } from '../ports/cloud.ts';
import { awaitEvaluation } from './config-evaluation.ts';
import { IAM_PROPAGATION_MS, requireReading, WRITE_RETRY, type Run } from './run.ts';

type Attach = Extract<Action, { kind: 'attach-guardrail' }>;
type PutRule = Extract<Action, { kind: 'put-config-rule' }>;
type Created = { policyId: string };

const readerOf = (run: Run): CloudReader => run.session.identities.reading.reader;

async function ensurePolicy(run: Run, scp: PlannedScp): Promise<string> {
  const observe = async (): Promise<Observation<Created>> => {
    const found = await readerOf(run).findServiceControlPolicy(scp.name);
    if (found === null) return { state: 'not-done' };
    return isSamePolicy(found.content, scp.content)
      ? { state: 'done', result: { policyId: found.id } }
      : { state: 'unclear', why: `A policy named ${scp.name} has other content.` };
  };
  if (scp.existingId !== null) {
    const found = await observe();
    if (found.state !== 'done' || found.result.policyId !== scp.existingId) throw problem('plan/stale', { detail: `Policy ${scp.name} is no longer as planned.` });
    return scp.existingId;
  }
  await executeStep<Created>(run.engine, {
    key: 'scp/create',
    require: async () => {
      await requireReading(run);
      if ((await observe()).state !== 'not-done') throw problem('plan/stale', { detail: `A policy named ${scp.name} appeared since the plan was made.` });
    },
    observe,
    act: async () => ({ policyId: await run.session.identities.reading.writer.createServiceControlPolicy(scp.name, scp.description, scp.content) }),
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
  const made = await observe();
  if (made.state !== 'done') throw problem('step/no-effect', { detail: `Policy ${scp.name} is not there.` });
  return made.result.policyId;
}

/** Creates the policy where it is missing and attaches it to its one target. */
export async function attachGuardrail(run: Run, action: Attach): Promise<void> {
  const { guardrail } = action;
  const policyId = await ensurePolicy(run, guardrail);
  const isAttached = async (): Promise<boolean> =>
    (await readerOf(run).readAttachedPolicies(guardrail.target.id)).some((policy) => policy.id === policyId);
  await executeStep(run.engine, {
    key: 'scp/attach',
    require: async () => {
      await requireReading(run);
      if (await isAttached()) throw problem('plan/stale', { detail: `Policy ${policyId} was attached to ${guardrail.target.id} by somebody else.` });
    },
    observe: async (): Promise<Observation<{ policyId: string; targetId: string }>> =>
      (await isAttached()) ? { state: 'done', result: { policyId, targetId: guardrail.target.id } } : { state: 'not-done' },
    act: async () => {
      await run.session.identities.reading.writer.attachPolicy(policyId, guardrail.target.id);
      return { policyId, targetId: guardrail.target.id };
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
}

export const isSameRule = (found: ConfigRuleDocument, wanted: ConfigRuleDocument): boolean =>
  found.name === wanted.name && found.sourceOwner === wanted.sourceOwner && found.sourceIdentifier === wanted.sourceIdentifier;

/** Puts the Config rule and waits a little for its first result. Returns what it says, or null while it says nothing. */
export async function putConfigRule(run: Run, action: PutRule): Promise<'COMPLIANT' | 'NON_COMPLIANT' | null> {
  const { region, rule } = action;
  const { session } = run;
  const find = (): Promise<ConfigRuleDocument[]> => readerOf(run).findConfigRules(region, CONFIG_RULE_NAME, CONFIG_RULE_IDENTIFIER);
  await executeStep(run.engine, {
    key: 'config-rule/put',
    require: async () => {
      await requireReading(run);
      if ((await find()).length > 0) throw problem('plan/stale', { detail: `A Config rule for root access keys appeared in ${region} since the plan was made.` });
      if ((await readerOf(run).readConfigRecorder(region)) !== 'recording') throw problem('guardrail/no-recorder', { detail: `Region ${region}.` });
    },
    observe: async (): Promise<Observation<{ region: string }>> => {
      const found = (await find()).find((other) => other.name === rule.name);
      if (found === undefined) return { state: 'not-done' };
      return isSameRule(found, rule) ? { state: 'done', result: { region } } : { state: 'unclear', why: `Rule ${rule.name} has other content.` };
    },
    act: async () => {
      await session.identities.reading.writer.putConfigRule(region, rule);
      return { region };
    },
    retry: WRITE_RETRY,
    propagationMs: IAM_PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
  return awaitEvaluation(session, region, rule.name);
}
