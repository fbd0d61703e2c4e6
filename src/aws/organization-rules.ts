/** Config rules of the organization, one Region at a time: documents, and how far each has spread. */
import type { OrganizationConfigRule } from '@aws-sdk/client-config-service';
import * as z from 'zod';
import type { OrganizationRuleDocument, OrganizationRuleSpread, SpreadState } from '../domain/organization-rule.ts';
import { asProblem } from '../domain/problem.ts';
import type { Lane } from '../ports/cloud.ts';
import type { OrganizationRuleReader, OrganizationRuleWriter } from '../ports/organization-rules.ts';
import { parseAnswer, parsePresent, renamed } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const laneOf = (region: string): Lane => ({ name: `config-organization:${region}` });
const frequencySchema = z.enum(['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours']);
/** `CREATE_IN_PROGRESS` (AWS Config API reference, OrganizationConfigRuleStatus and MemberAccountStatus). */
const statusSchema = z.string().regex(/^(CREATE|UPDATE|DELETE)_(SUCCESSFUL|IN_PROGRESS|FAILED)$/);

const STATES: Record<string, SpreadState> = { SUCCESSFUL: 'successful', IN_PROGRESS: 'in-progress', FAILED: 'failed' };
const CHANGES: Record<string, OrganizationRuleSpread['change']> = { CREATE: 'create', UPDATE: 'update', DELETE: 'delete' };

function parseStatus(status: string | undefined, operation: string): Pick<OrganizationRuleSpread, 'change' | 'state'> {
  const [change = '', ...rest] = parseAnswer(operation, () => statusSchema.parse(status)).split('_');
  return { change: parsePresent(CHANGES[change], operation, 'status'), state: parsePresent(STATES[rest.join('_')], operation, 'status') };
}

const parseRule = (rule: OrganizationConfigRule): OrganizationRuleDocument => ({
  name: parsePresent(rule.OrganizationConfigRuleName, 'config:DescribeOrganizationConfigRules', 'OrganizationConfigRuleName'),
  identifier: rule.OrganizationManagedRuleMetadata?.RuleIdentifier ?? 'custom',
  description: rule.OrganizationManagedRuleMetadata?.Description ?? null,
  maximumExecutionFrequency: rule.OrganizationManagedRuleMetadata?.MaximumExecutionFrequency ?? null,
  excludedAccounts: [...(rule.ExcludedAccounts ?? [])].sort(),
});

export function openOrganizationRuleReader(clients: Clients, calls: Calls): OrganizationRuleReader {
  return {
    listOrganizationRules: async (region) => {
      const { client, sdk } = await clients.configService(region);
      const operation = 'config:DescribeOrganizationConfigRules';
      try {
        return await readAll(operation, async (token) => {
          const page = await calls.read(laneOf(region), operation, () => client.send(new sdk.DescribeOrganizationConfigRulesCommand({ NextToken: token })));
          return { items: parsePresent(page.OrganizationConfigRules, operation, 'OrganizationConfigRules').map(parseRule), next: page.NextToken };
        });
      } catch (thrown) {
        const refused = asProblem(thrown);
        // Without the permission and without the office AWS refuses alike; the office is what is asked for here.
        if (refused.code !== 'aws/access-denied' && refused.code !== 'aws/not-in-organization') throw refused;
        throw renamed('guardrail/not-config-administrator', refused);
      }
    },

    readOrganizationRuleSpread: async (region, name) => {
      const { client, sdk } = await clients.configService(region);
      const operation = 'config:DescribeOrganizationConfigRuleStatuses';
      try {
        const command = new sdk.DescribeOrganizationConfigRuleStatusesCommand({ OrganizationConfigRuleNames: [name] });
        const answer = await calls.read(laneOf(region), operation, () => client.send(command));
        const [found] = parsePresent(answer.OrganizationConfigRuleStatuses, operation, 'OrganizationConfigRuleStatuses');
        if (found === undefined) return null;
        const detail = 'config:GetOrganizationConfigRuleDetailedStatus';
        const accounts = await readAll(detail, async (token) => {
          const input = { OrganizationConfigRuleName: name, NextToken: token };
          const page = await calls.read(laneOf(region), detail, () => client.send(new sdk.GetOrganizationConfigRuleDetailedStatusCommand(input)));
          return { items: page.OrganizationConfigRuleDetailedStatus ?? [], next: page.NextToken };
        });
        return {
          ...parseStatus(found.OrganizationRuleStatus, operation),
          accounts: accounts.map(({ AccountId, MemberAccountRuleStatus, ErrorCode, ErrorMessage }) => ({
            account: parsePresent(AccountId, detail, 'AccountId'),
            state: parseStatus(MemberAccountRuleStatus, detail).state,
            because: ErrorCode === undefined ? null : [ErrorCode, ErrorMessage].filter((part) => part !== undefined).join(': '),
          })),
        };
      } catch (thrown) {
        const refused = asProblem(thrown);
        if (refused.code === 'aws/not-found') return null;
        throw refused;
      }
    },
  };
}

export function openOrganizationRuleWriter(clients: Clients, calls: Calls): OrganizationRuleWriter {
  return {
    putOrganizationRule: async (region, rule) => {
      const { client, sdk } = await clients.configService(region);
      const command = new sdk.PutOrganizationConfigRuleCommand({
        OrganizationConfigRuleName: rule.name,
        OrganizationManagedRuleMetadata: {
          RuleIdentifier: rule.identifier,
          ...(rule.description === null ? {} : { Description: rule.description }),
          ...(rule.maximumExecutionFrequency === null ? {} : { MaximumExecutionFrequency: frequencySchema.parse(rule.maximumExecutionFrequency) }),
        },
        ExcludedAccounts: rule.excludedAccounts,
      });
      await calls.write(laneOf(region), 'config:PutOrganizationConfigRule', () => client.send(command));
    },
    deleteOrganizationRule: async (region, name) => {
      const { client, sdk } = await clients.configService(region);
      const command = new sdk.DeleteOrganizationConfigRuleCommand({ OrganizationConfigRuleName: name });
      await calls.write(laneOf(region), 'config:DeleteOrganizationConfigRule', () => client.send(command));
    },
  };
}
