/** Files of `policies/` as the program reads them. */
import * as z from 'zod';
import type { AlertId } from '../domain/alert.ts';
import type { ConfigRuleDocument } from '../domain/guardrail.ts';
import type { Sample } from '../playbooks/alert-trial.ts';
import type { ScpWish } from '../playbooks/scp-placement.ts';
import type { Context } from './context-type.ts';

/** The names under which the shipped policies are saved. */
export const DENY_ROOT_NAME = 'rootzero-deny-root-user';
const QUARANTINE_NAME = 'rootzero-quarantine-root-user';
const CONTAINMENT_NAME = 'rootzero-deny-root-user-except-key-removal';

export const readDenyRootScp = async (context: Pick<Context, 'readAsset'>): Promise<ScpWish> => ({
  name: DENY_ROOT_NAME,
  description: 'Denies the root user of member accounts, AssumeRoot sessions exempted.',
  policyText: await context.readAsset('policies/scp/deny-root-user/policy.json'),
});

/** What contains the root keys of one member: the same policy under a name of its own, so that taking it off never takes off a guardrail. */
export const readQuarantineScp = async (context: Pick<Context, 'readAsset'>): Promise<ScpWish> => ({
  name: QUARANTINE_NAME,
  description: 'Denies the root user of an account while its root keys are retired, AssumeRoot sessions exempted.',
  policyText: await context.readAsset('policies/scp/deny-root-user/policy.json'),
});

/** What contains a key that signs. */
export const readContainmentScp = async (context: Pick<Context, 'readAsset'>): Promise<ScpWish> => ({
  name: CONTAINMENT_NAME,
  description: 'Denies the root user of member accounts everything but the removal of its access keys, AssumeRoot sessions exempted.',
  policyText: await context.readAsset('policies/scp/deny-root-user-except-key-removal/policy.json'),
});

const ruleFile = z.object({
  ConfigRuleName: z.string(),
  Description: z.string().optional(),
  Source: z.object({ Owner: z.string(), SourceIdentifier: z.string() }),
  MaximumExecutionFrequency: z.string().optional(),
});

/** The Config rule on root keys, as it is put. */
export async function readConfigRule(context: Context): Promise<ConfigRuleDocument> {
  const file = ruleFile.parse(JSON.parse(await context.readAsset('policies/config/iam-root-access-key-check.json')));
  return {
    name: file.ConfigRuleName,
    sourceOwner: file.Source.Owner,
    sourceIdentifier: file.Source.SourceIdentifier,
    description: file.Description ?? null,
    maximumExecutionFrequency: file.MaximumExecutionFrequency ?? null,
    inputParameters: null,
    createdBy: null,
  };
}

async function readEachAlert<Value>(read: (alert: AlertId) => Promise<Value>): Promise<Record<AlertId, Value>> {
  return {
    'root-key-page': await read('root-key-page'),
    'root-signin-page': await read('root-signin-page'),
    'root-api-page': await read('root-api-page'),
    'assume-root-note': await read('assume-root-note'),
  };
}

/** The event patterns, by alert. */
export const readPatterns = (context: Context): Promise<Record<AlertId, string>> => readEachAlert((alert) => context.readAsset(`policies/eventbridge/${alert}/pattern.json`));

const cases = z.array(z.strictObject({ event: z.string().regex(/^[a-z0-9-]+$/), decision: z.enum(['match', 'no-match']) }));

/** Sample events, with what each alert must say to them. */
export const readSamples = (context: Context): Promise<Record<AlertId, Sample[]>> => readEachAlert(async (alert) => {
  const listed = cases.parse(JSON.parse(await context.readAsset(`policies/eventbridge/${alert}/cases.json`)));
  return Promise.all(listed.map(async ({ event, decision }) => ({ name: event, isMatch: decision === 'match', event: await context.readAsset(`policies/eventbridge/events/${event}.json`) })));
});
