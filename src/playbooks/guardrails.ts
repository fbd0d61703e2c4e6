/** The Config rule of one account: put where it is missing, its first result waited for. Reads come before writes; what is there already is left alone. */
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME, type ConfigRuleDocument } from '../domain/guardrail.ts';
import type { Action } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import type { CloudReader } from '../ports/cloud.ts';
import { awaitEvaluation } from './config-evaluation.ts';
import { IAM_PROPAGATION_MS, requireReading, WRITE_RETRY, type Run } from './run.ts';

type PutRule = Extract<Action, { kind: 'put-config-rule' }>;

const readerOf = (run: Run): CloudReader => run.session.identities.reading.reader;

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
