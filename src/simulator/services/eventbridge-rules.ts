/** The rules of the default event bus: put, read, switched and deleted by name within a Region (EventBridge API reference). Does not match events. */
import type * as Sdk from '@aws-sdk/client-eventbridge';
import { alertingOf } from '../alerting.ts';
import { appendEffect } from '../effects.ts';
import { parseEventPattern } from '../event-pattern.ts';
import { accountInRegion } from '../regions.ts';
import { ServiceError, type Call } from '../service.ts';
import type { EventRule, RuleState } from '../world-alerting.ts';

const STATES: readonly RuleState[] = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];
const MAX_PAGE = 100;

/** The rules of the called Region. */
export function rulesOf(call: Call): EventRule[] {
  return alertingOf(accountInRegion(call)).rules.filter(({ region }) => region === call.region);
}

/** @throws ServiceError ResourceNotFoundException; also for any bus but the default one */
export function requireRule(call: Call, name: string | undefined, bus: string | undefined): EventRule {
  requireDefaultBus(bus);
  const rule = rulesOf(call).find((candidate) => candidate.name === name);
  if (rule === undefined) throw new ServiceError('ResourceNotFoundException', `Rule ${name ?? ''} does not exist on EventBus default.`);
  return rule;
}

function requireDefaultBus(bus: string | undefined): void {
  if (bus === undefined || bus === 'default' || bus.endsWith(':event-bus/default')) return;
  throw new ServiceError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
}

/** @throws ServiceError ManagedRuleException for a rule that belongs to a service of AWS */
export function requireOwnRule(call: Call, name: string | undefined, bus: string | undefined): EventRule {
  const rule = requireRule(call, name, bus);
  if (rule.managedBy !== undefined) throw new ServiceError('ManagedRuleException', `Rule ${rule.name} is managed by an AWS service can only be modified by that service.`);
  return rule;
}

/** Creates a rule, or replaces the one of that name: what is left out becomes empty. Targets stay. */
export function putRule(input: Sdk.PutRuleRequest, call: Call): Sdk.PutRuleResponse {
  requireDefaultBus(input.EventBusName);
  const name = input.Name ?? '';
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw new ServiceError('ValidationException', 'The rule name is not valid.');
  if (input.EventPattern === undefined && input.ScheduleExpression === undefined) throw new ServiceError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (input.EventPattern !== undefined) parseEventPattern(input.EventPattern);
  const state = STATES.find((known) => known === (input.State ?? 'ENABLED'));
  if (state === undefined) throw new ServiceError('ValidationException', `The state ${input.State ?? ''} is not valid.`);
  const { rules } = alertingOf(accountInRegion(call));
  const existing = rulesOf(call).find((rule) => rule.name === name);
  if (existing !== undefined) requireOwnRule(call, name, input.EventBusName);
  const rule: EventRule = {
    name,
    region: call.region,
    arn: `arn:${call.world.partition}:events:${call.region}:${call.caller.accountId}:rule/${name}`,
    state,
    ...(input.EventPattern === undefined ? {} : { pattern: input.EventPattern }),
    ...(input.ScheduleExpression === undefined ? {} : { schedule: input.ScheduleExpression }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    targets: existing?.targets ?? [],
  };
  if (existing === undefined) rules.push(rule);
  else rules.splice(rules.indexOf(existing), 1, rule);
  appendEffect(call, `${call.region}/${name}`);
  return { RuleArn: rule.arn };
}

export function describeRule(input: Sdk.DescribeRuleRequest, call: Call): Sdk.DescribeRuleResponse {
  return asRule(requireRule(call, input.Name, input.EventBusName));
}

export function listRules(input: Sdk.ListRulesRequest, call: Call): Sdk.ListRulesResponse {
  requireDefaultBus(input.EventBusName);
  const named = rulesOf(call).filter(({ name }) => name.startsWith(input.NamePrefix ?? '')).sort((first, second) => (first.name < second.name ? -1 : 1));
  const { page, ...rest } = pageOf(named, input);
  return { Rules: page.map(asRule), ...rest };
}

/** @throws ServiceError ValidationException for a token that is none */
export function pageOf<Item>(items: Item[], { NextToken: token, Limit: limit }: { NextToken?: string | undefined; Limit?: number | undefined }): { page: Item[]; NextToken?: string } {
  if (token !== undefined && !/^\d{1,9}$/.test(token)) throw new ServiceError('ValidationException', 'The next token is not valid.');
  const end = Number(token ?? 0) + (limit ?? MAX_PAGE);
  return { page: items.slice(Number(token ?? 0), end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}

export function enableRule(input: Sdk.EnableRuleRequest, call: Call): object {
  return setState(call, requireOwnRule(call, input.Name, input.EventBusName), 'ENABLED');
}

export function disableRule(input: Sdk.DisableRuleRequest, call: Call): object {
  return setState(call, requireOwnRule(call, input.Name, input.EventBusName), 'DISABLED');
}

function setState(call: Call, rule: EventRule, state: RuleState): object {
  rule.state = state;
  appendEffect(call, `${call.region}/${rule.name}`);
  return {};
}

/** May be repeated; a rule with targets stays. */
export function deleteRule(input: Sdk.DeleteRuleRequest, call: Call): object {
  requireDefaultBus(input.EventBusName);
  const rule = rulesOf(call).find(({ name }) => name === input.Name);
  if (rule === undefined) return {};
  if (input.Force !== true) requireOwnRule(call, input.Name, input.EventBusName);
  if (rule.targets.length > 0) throw new ServiceError('ValidationException', "Rule can't be deleted since it has targets.");
  const alerting = alertingOf(accountInRegion(call));
  alerting.rules = alerting.rules.filter((other) => other !== rule);
  appendEffect(call, `${call.region}/${rule.name}`);
  return {};
}

function asRule(rule: EventRule): Sdk.Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: 'default',
    State: rule.state,
    ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern }),
    ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule }),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(rule.managedBy === undefined ? {} : { ManagedBy: rule.managedBy }),
  };
}
