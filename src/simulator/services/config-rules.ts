/** The rules of AWS Config: put, read and deleted by name within a Region (AWS Config API reference). Does not judge compliance. */
import type * as Sdk from '@aws-sdk/client-config-service';
import { MINUTE_MS } from '../durations.ts';
import { appendEffect } from '../effects.ts';
import { accountInRegion } from '../regions.ts';
import { nextRequestId } from '../sequence.ts';
import { ServiceError, type Call } from '../service.ts';
import type { ConfigRule } from '../world-config.ts';

/** AWS Config developer guide, "iam-root-access-key-check": the Regions without it. */
const UNSUPPORTED_REGIONS: readonly string[] = [
  'ap-southeast-6', 'ap-southeast-7', 'me-central-1', 'ap-southeast-5', 'mx-central-1',
  'il-central-1', 'ap-east-2', 'ca-west-1', 'eu-south-2', 'eu-central-2',
];
const OWNERS: readonly Sdk.Owner[] = ['AWS', 'CUSTOM_LAMBDA', 'CUSTOM_POLICY'];
export const MAXIMUM_FREQUENCIES: readonly Sdk.MaximumExecutionFrequency[] = ['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours'];
/** An evaluation is done so long after it was asked for. */
export const EVALUATION_MS = MINUTE_MS;
const PAGE = 25;

export function describeConfigRules(input: Sdk.DescribeConfigRulesRequest, call: Call): Sdk.DescribeConfigRulesResponse {
  const { page, ...rest } = pageOf(namedRules(call, input.ConfigRuleNames), input.NextToken);
  return { ConfigRules: page.map(asConfigRule), ...rest };
}

/** Creates a rule, or updates the one of that name; tags count at creation only. */
export function putConfigRule({ ConfigRule: put, Tags: tags = [] }: Sdk.PutConfigRuleRequest, call: Call): object {
  const config = accountInRegion(call).config[call.region];
  if (config === undefined || !config.recorders.some(({ isServiceLinked }) => !isServiceLinked)) {
    throw new ServiceError(
      'NoAvailableConfigurationRecorderException',
      'There are no customer managed configuration recorders available to record your resources.',
    );
  }
  const document = parseDocument(put, call.region);
  const existing = config.rules.find(({ name }) => name === document.name);
  if (existing === undefined) {
    const id = `config-rule-${nextRequestId(call.world).slice(-6)}`;
    config.rules.push({
      ...document,
      id,
      arn: `arn:${call.world.partition}:config:${call.region}:${call.caller.accountId}:config-rule/${id}`,
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
      createdAt: call.at,
      evaluationStartedAt: call.at,
      evaluatedAt: call.at + EVALUATION_MS,
    });
    appendEffect(call, document.name);
    return {};
  }
  refuseServiceOwned(existing, 'PutConfigRule');
  const { id, arn, tags: kept, createdAt } = existing;
  if (isSameDocument(existing, document)) return {};
  const evaluatedAt = existing.evaluatedAt ?? call.at + EVALUATION_MS;
  const updated: ConfigRule = { ...document, id, arn, tags: kept, createdAt, evaluationStartedAt: call.at, evaluatedAt };
  config.rules = config.rules.map((rule) => (rule === existing ? updated : rule));
  appendEffect(call, document.name);
  return {};
}

export function deleteConfigRule(input: Sdk.DeleteConfigRuleRequest, call: Call): object {
  const rule = requireRule(call, input.ConfigRuleName);
  refuseServiceOwned(rule, 'DeleteConfigRule');
  const config = accountInRegion(call).config[call.region];
  if (config !== undefined) config.rules = config.rules.filter((other) => other !== rule);
  appendEffect(call, rule.name);
  return {};
}

/** @throws ServiceError NoSuchConfigRuleException */
export function requireRule(call: Call, name: string | undefined): ConfigRule {
  const rule = rulesOf(call).find((candidate) => candidate.name === name);
  if (rule === undefined) {
    throw new ServiceError('NoSuchConfigRuleException', `The ConfigRule '${name ?? ''}' provided in the request is invalid.`);
  }
  return rule;
}

/** The rules of these names, or all. @throws ServiceError NoSuchConfigRuleException */
export function namedRules(call: Call, names: string[] | undefined): ConfigRule[] {
  return names === undefined || names.length === 0 ? rulesOf(call) : names.map((name) => requireRule(call, name));
}

/** @throws ServiceError InvalidNextTokenException */
export function pageOf<Item>(items: Item[], token: string | undefined, size: number = PAGE): { page: Item[]; NextToken?: string } {
  if (token !== undefined && !/^\d{1,9}$/.test(token)) {
    throw new ServiceError('InvalidNextTokenException', 'The specified next token is not valid.');
  }
  const end = Number(token ?? 0) + size;
  return { page: items.slice(end - size, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}

function rulesOf(call: Call): ConfigRule[] {
  return accountInRegion(call).config[call.region]?.rules ?? [];
}

type RuleDocument = Pick<ConfigRule, 'name' | 'source' | 'description' | 'maximumExecutionFrequency' | 'inputParameters'>;

function parseDocument(rule: Sdk.ConfigRule | undefined, region: string): RuleDocument {
  const name = rule?.ConfigRuleName ?? '';
  const owner = rule?.Source?.Owner ?? '';
  const identifier = rule?.Source?.SourceIdentifier ?? '';
  if (rule === undefined || name === '' || name.length > 128) throw invalidParameter('The ConfigRuleName must have 1 to 128 characters.');
  if (owner !== 'AWS') throw invalidParameter('Only rules with the owner AWS are simulated.');
  if (!isRuleOffered(identifier, region)) throw invalidParameter(`The sourceIdentifier ${identifier} is invalid.`);
  const frequency = rule.MaximumExecutionFrequency;
  if (frequency !== undefined && !MAXIMUM_FREQUENCIES.includes(frequency)) throw invalidParameter(`The frequency ${frequency} is invalid.`);
  return {
    name,
    source: { owner, identifier },
    ...(rule.Description === undefined ? {} : { description: rule.Description }),
    ...(frequency === undefined ? {} : { maximumExecutionFrequency: frequency }),
    ...(rule.InputParameters === undefined ? {} : { inputParameters: rule.InputParameters }),
  };
}

/** Whether a managed rule of this identifier can be had in the Region. */
export function isRuleOffered(identifier: string, region: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(identifier) && (identifier !== 'IAM_ROOT_ACCESS_KEY_CHECK' || !UNSUPPORTED_REGIONS.includes(region));
}

function isSameDocument(first: RuleDocument, second: RuleDocument): boolean {
  return (
    first.source.identifier === second.source.identifier &&
    first.description === second.description &&
    first.maximumExecutionFrequency === second.maximumExecutionFrequency &&
    first.inputParameters === second.inputParameters
  );
}

function refuseServiceOwned({ name, createdBy }: ConfigRule, operation: string): void {
  if (createdBy === undefined) return;
  throw new ServiceError('AccessDeniedException', `${operation} is not allowed: the rule ${name} is owned by ${createdBy}.`);
}

function asConfigRule(rule: ConfigRule): Sdk.ConfigRule {
  const { source } = rule;
  return {
    ConfigRuleName: rule.name,
    ConfigRuleArn: rule.arn,
    ConfigRuleId: rule.id,
    ConfigRuleState: 'ACTIVE',
    Source: { Owner: OWNERS.find((known) => known === source.owner), SourceIdentifier: source.identifier },
    EvaluationModes: [{ Mode: 'DETECTIVE' }],
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(rule.inputParameters === undefined ? {} : { InputParameters: rule.inputParameters }),
    ...frequencyOf(rule),
    ...(rule.createdBy === undefined ? {} : { CreatedBy: rule.createdBy }),
  };
}

function frequencyOf(rule: ConfigRule): Pick<Sdk.ConfigRule, 'MaximumExecutionFrequency'> {
  const frequency = MAXIMUM_FREQUENCIES.find((known) => known === rule.maximumExecutionFrequency);
  return frequency === undefined ? {} : { MaximumExecutionFrequency: frequency };
}

function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
