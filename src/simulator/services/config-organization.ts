/** Config rules of the organization: one account puts them into all others, Region by Region (AWS Config API reference, PutOrganizationConfigRule). */
import type * as Sdk from '@aws-sdk/client-config-service';
import { SECOND_MS } from '../durations.ts';
import { appendEffect } from '../effects.ts';
import { accountInRegion } from '../regions.ts';
import { nextRequestId } from '../sequence.ts';
import { ServiceError, type Call } from '../service.ts';
import type { Account, Organization, Time } from '../world.ts';
import type { OrganizationConfigRule } from '../world-config.ts';
import { EVALUATION_MS, isRuleOffered, MAXIMUM_FREQUENCIES, pageOf } from './config-rules.ts';

const SETUP = 'config-multiaccountsetup.amazonaws.com';
/** AWS Config API reference, PutOrganizationConfigRule. */
const MAX_EXCLUDED = 1_000;
/** Accounts follow one after the other. */
const ACCOUNT_MS = 5 * SECOND_MS;

type Outcome = 'SUCCESSFUL' | 'IN_PROGRESS' | 'FAILED';

/** For the management account and delegated administrators of the set-up. */
function organizationFor(call: Call): Organization {
  const { organization } = call.world;
  if (organization === undefined || organization.parents[call.caller.accountId] === undefined) {
    throw new ServiceError('NoAvailableOrganizationException', 'Organization is no longer available.');
  }
  if (organization.featureSet !== 'ALL') throw new ServiceError('OrganizationAllFeaturesNotEnabledException', 'Your organization does not have all features enabled.');
  const isDelegate = organization.delegatedAdministrators.some(({ accountId, servicePrincipal }) => accountId === call.caller.accountId && servicePrincipal === SETUP);
  if (call.caller.accountId !== organization.managementAccountId && !isDelegate) {
    throw new ServiceError('OrganizationAccessDeniedException', 'This action can be only made by the organization\'s management account or a delegated administrator account.');
  }
  return organization;
}

/** What the caller put itself into this Region, and is not gone yet. Rules of the management account and of a delegate do not see each other. */
function rulesOf(call: Call): OrganizationConfigRule[] {
  const organization = organizationFor(call);
  const isOver = (rule: OrganizationConfigRule): boolean => rule.change === 'DELETE' && overallOf(call, rule) === 'SUCCESSFUL';
  return (organization.configRules ?? []).filter((rule) => rule.region === call.region && rule.ownerId === call.caller.accountId && !isOver(rule));
}

function requireRules(call: Call, names: string[] | undefined): OrganizationConfigRule[] {
  const rules = rulesOf(call);
  return names === undefined || names.length === 0 ? rules : names.map((name) => rules.find((rule) => rule.name === name) ?? unknownRule(name));
}

function unknownRule(name: string): never {
  throw new ServiceError('NoSuchOrganizationConfigRuleException', `The organization config rule ${name} does not exist.`);
}

/** Management and members that are active and not left out, with the time at which the change has reached each. */
function reachedAccounts(call: Call, rule: OrganizationConfigRule): { account: Account; doneAt: Time }[] {
  const { organization } = call.world;
  return Object.values(call.world.accounts)
    .filter(({ id, state }) => organization?.parents[id] !== undefined && state === 'ACTIVE' && !rule.excludedAccounts.includes(id))
    .map((account, index) => ({ account, doneAt: rule.updatedAt + (index + 1) * ACCOUNT_MS }));
}

function hasRecorder(account: Account, region: string): boolean {
  return account.config[region]?.recorders.some(({ isServiceLinked }) => !isServiceLinked) === true;
}

function outcomeIn(call: Call, rule: OrganizationConfigRule, account: Account, doneAt: Time): Outcome {
  if (call.at < doneAt) return 'IN_PROGRESS';
  return rule.change === 'DELETE' || hasRecorder(account, rule.region) ? 'SUCCESSFUL' : 'FAILED';
}

function overallOf(call: Call, rule: OrganizationConfigRule): Outcome {
  const outcomes = reachedAccounts(call, rule).map(({ account, doneAt }) => outcomeIn(call, rule, account, doneAt));
  if (outcomes.includes('IN_PROGRESS')) return 'IN_PROGRESS';
  return outcomes.includes('FAILED') ? 'FAILED' : 'SUCCESSFUL';
}

export function putOrganizationConfigRule(input: Sdk.PutOrganizationConfigRuleRequest, call: Call): Sdk.PutOrganizationConfigRuleResponse {
  const organization = organizationFor(call);
  accountInRegion(call);
  const name = input.OrganizationConfigRuleName ?? '';
  const managed = input.OrganizationManagedRuleMetadata;
  const identifier = managed?.RuleIdentifier ?? '';
  const excluded = input.ExcludedAccounts ?? [];
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name) || !isRuleOffered(identifier, call.region) || excluded.length > MAX_EXCLUDED) {
    throw new ServiceError('InvalidParameterValueException', 'One or more of the specified parameters are not valid.');
  }
  const existing = rulesOf(call).find((rule) => rule.name === name);
  requireSettled(call, existing);
  organization.trustedServices = [...new Set([...organization.trustedServices, SETUP])];
  const rule: OrganizationConfigRule = {
    name,
    arn: existing?.arn ?? `arn:${call.world.partition}:config:${call.region}:${call.caller.accountId}:organization-config-rule/${name}-${nextRequestId(call.world).slice(-8)}`,
    region: call.region,
    ownerId: call.caller.accountId,
    source: { identifier },
    ...(managed?.Description === undefined ? {} : { description: managed.Description }),
    ...(managed?.MaximumExecutionFrequency === undefined ? {} : { maximumExecutionFrequency: managed.MaximumExecutionFrequency }),
    excludedAccounts: excluded,
    updatedAt: call.at,
    change: existing === undefined ? 'CREATE' : 'UPDATE',
  };
  organization.configRules = [...(organization.configRules ?? []).filter((other) => other.arn !== rule.arn), rule];
  spread(call, rule);
  appendEffect(call, `${call.region}/${name}`);
  return { OrganizationConfigRuleArn: rule.arn };
}

const ruleNameIn = ({ arn }: OrganizationConfigRule): string => `OrgConfigRule-${arn.split('/').at(-1) ?? ''}`;

/** The rule appears in the accounts at once, and leaves those that are left out now; the status follows later. */
function spread(call: Call, rule: OrganizationConfigRule): void {
  withdraw(call, rule);
  for (const { account } of reachedAccounts(call, rule)) {
    if (!hasRecorder(account, rule.region)) continue;
    account.config[rule.region]?.rules.push({
      name: ruleNameIn(rule),
      arn: `arn:${call.world.partition}:config:${rule.region}:${account.id}:config-rule/${ruleNameIn(rule)}`,
      id: ruleNameIn(rule),
      source: { owner: 'AWS', identifier: rule.source.identifier },
      tags: {},
      createdAt: call.at,
      createdBy: SETUP,
      evaluationStartedAt: call.at,
      evaluatedAt: call.at + EVALUATION_MS,
    });
  }
}

function withdraw(call: Call, rule: OrganizationConfigRule): void {
  for (const account of Object.values(call.world.accounts)) {
    const config = account.config[rule.region];
    if (config !== undefined) config.rules = config.rules.filter(({ name }) => name !== ruleNameIn(rule));
  }
}

function requireSettled(call: Call, rule: OrganizationConfigRule | undefined): void {
  if (rule !== undefined && overallOf(call, rule) === 'IN_PROGRESS') {
    throw new ServiceError('ResourceInUseException', 'An operation is in progress on the organization config rule.');
  }
}

export function deleteOrganizationConfigRule(input: Sdk.DeleteOrganizationConfigRuleRequest, call: Call): object {
  const name = input.OrganizationConfigRuleName ?? '';
  const rule = rulesOf(call).find((candidate) => candidate.name === name) ?? unknownRule(name);
  requireSettled(call, rule);
  Object.assign(rule, { change: 'DELETE', updatedAt: call.at });
  withdraw(call, rule);
  appendEffect(call, `${call.region}/${name}`);
  return {};
}

export function describeOrganizationConfigRules(input: Sdk.DescribeOrganizationConfigRulesRequest, call: Call): Sdk.DescribeOrganizationConfigRulesResponse {
  const { page, ...rest } = pageOf(requireRules(call, input.OrganizationConfigRuleNames), input.NextToken);
  return {
    OrganizationConfigRules: page.map((rule) => ({
      OrganizationConfigRuleName: rule.name,
      OrganizationConfigRuleArn: rule.arn,
      OrganizationManagedRuleMetadata: {
        RuleIdentifier: rule.source.identifier,
        Description: rule.description,
        MaximumExecutionFrequency: MAXIMUM_FREQUENCIES.find((known) => known === rule.maximumExecutionFrequency),
      },
      ExcludedAccounts: rule.excludedAccounts,
      LastUpdateTime: new Date(rule.updatedAt),
    })),
    ...rest,
  };
}

export function describeOrganizationConfigRuleStatuses(
  input: Sdk.DescribeOrganizationConfigRuleStatusesRequest, call: Call,
): Sdk.DescribeOrganizationConfigRuleStatusesResponse {
  const { page, ...rest } = pageOf(requireRules(call, input.OrganizationConfigRuleNames), input.NextToken);
  return {
    OrganizationConfigRuleStatuses: page.map((rule) => ({
      OrganizationConfigRuleName: rule.name,
      OrganizationRuleStatus: `${rule.change}_${overallOf(call, rule)}`,
      LastUpdateTime: new Date(rule.updatedAt),
    })),
    ...rest,
  };
}

export function getOrganizationConfigRuleDetailedStatus(
  input: Sdk.GetOrganizationConfigRuleDetailedStatusRequest, call: Call,
): Sdk.GetOrganizationConfigRuleDetailedStatusResponse {
  const name = input.OrganizationConfigRuleName ?? '';
  const rule = rulesOf(call).find((candidate) => candidate.name === name) ?? unknownRule(name);
  const statuses = reachedAccounts(call, rule).map(({ account, doneAt }): Sdk.MemberAccountStatus => {
    const outcome = outcomeIn(call, rule, account, doneAt);
    return {
      AccountId: account.id,
      ConfigRuleName: ruleNameIn(rule),
      MemberAccountRuleStatus: `${rule.change}_${outcome}`,
      ...(outcome === 'FAILED' ? { ErrorCode: 'NoAvailableConfigurationRecorder', ErrorMessage: 'Configuration recorder is not available in this account.' } : {}),
      LastUpdateTime: new Date(Math.min(doneAt, call.at)),
    };
  });
  const { page, ...rest } = pageOf(statuses, input.NextToken);
  return { OrganizationConfigRuleDetailedStatus: page, ...rest };
}
