/** The targets of event rules: added, listed, taken off (EventBridge API reference). Delivers nothing. */
import type * as Sdk from '@aws-sdk/client-eventbridge';
import { appendEffect } from '../effects.ts';
import { ServiceError, type Call } from '../service.ts';
import type { EventRule } from '../world-alerting.ts';
import { pageOf, requireOwnRule, requireRule } from './eventbridge-rules.ts';

/** EventBridge API reference, PutTargets: five targets for each rule, ten entries in a request. */
const MAX_TARGETS = 5;
const MAX_ENTRIES = 10;
/** Services whose target must be in the rule's own Region; an event bus may be anywhere. */
const REGIONAL: readonly string[] = ['sns', 'sqs', 'lambda'];

/** Adds targets, or updates those of the same id. One that is refused does not stop the others. */
export function putTargets(input: Sdk.PutTargetsRequest, call: Call): Sdk.PutTargetsResponse {
  const rule = requireOwnRule(call, input.Rule, input.EventBusName);
  const targets = input.Targets ?? [];
  if (targets.length < 1 || targets.length > MAX_ENTRIES) throw new ServiceError('ValidationException', `Give 1 to ${MAX_ENTRIES} targets.`);
  const added = new Set(targets.map(({ Id }) => Id ?? '').filter((id) => !rule.targets.some((target) => target.id === id)));
  if (rule.targets.length + added.size > MAX_TARGETS) throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  const failed = targets.flatMap((target) => putTarget(call, rule, target));
  if (failed.length < targets.length) appendEffect(call, `${call.region}/${rule.name}`);
  return { FailedEntryCount: failed.length, FailedEntries: failed };
}

function putTarget(call: Call, rule: EventRule, { Id: id = '', Arn: arn = '', RoleArn: roleArn }: Sdk.Target): Sdk.PutTargetsResultEntry[] {
  const [, , service = '', region] = arn.split(':');
  const fail = (ErrorCode: string, ErrorMessage: string): Sdk.PutTargetsResultEntry[] => [{ TargetId: id, ErrorCode, ErrorMessage }];
  if (isFailing(call, arn)) return fail('ConcurrentModificationException', 'Too many requests at the same time.');
  if (REGIONAL.includes(service) && region !== call.region) return fail('ValidationException', `Provided Arn is not in the region of the rule: ${arn}`);
  const kept = rule.targets.find((target) => target.id === id);
  const role = roleArn ?? (service === 'events' ? kept?.roleArn : undefined);
  rule.targets = [...rule.targets.filter((target) => target.id !== id), { id, arn, ...(role === undefined ? {} : { roleArn: role }) }];
  return [];
}

function isFailing({ world }: Call, arn: string): boolean {
  const index = world.failingTargets?.indexOf(arn) ?? -1;
  if (index >= 0) world.failingTargets?.splice(index, 1);
  return index >= 0;
}

export function listTargetsByRule(input: Sdk.ListTargetsByRuleRequest, call: Call): Sdk.ListTargetsByRuleResponse {
  const { page, ...rest } = pageOf(requireRule(call, input.Rule, input.EventBusName).targets, input);
  return { Targets: page.map(({ id, arn, roleArn }) => ({ Id: id, Arn: arn, ...(roleArn === undefined ? {} : { RoleArn: roleArn }) })), ...rest };
}

export function removeTargets(input: Sdk.RemoveTargetsRequest, call: Call): Sdk.RemoveTargetsResponse {
  const rule = input.Force === true ? requireRule(call, input.Rule, input.EventBusName) : requireOwnRule(call, input.Rule, input.EventBusName);
  const before = rule.targets.length;
  rule.targets = rule.targets.filter(({ id }) => !(input.Ids ?? []).includes(id));
  if (rule.targets.length < before) appendEffect(call, `${call.region}/${rule.name}`);
  return { FailedEntryCount: 0, FailedEntries: [] };
}
