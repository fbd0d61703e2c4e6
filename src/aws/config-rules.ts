/** AWS Config, one Region at a time: the recorder, rules, their compliance. */
import type { ConfigRule } from '@aws-sdk/client-config-service';
import * as z from 'zod';
import type { ConfigRuleDocument } from '../domain/guardrail.ts';
import type { CloudReader, CloudWriter, Lane } from '../ports/cloud.ts';
import { parsePresent } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const laneOf = (region: string): Lane => ({ name: `config:${region}` });

/** Owners and frequencies that AWS Config accepts (AWS Config API reference, PutConfigRule). */
const ownerSchema = z.enum(['AWS', 'CUSTOM_LAMBDA', 'CUSTOM_POLICY']);
const frequencySchema = z.enum(['One_Hour', 'Three_Hours', 'Six_Hours', 'Twelve_Hours', 'TwentyFour_Hours']);

function parseRule(rule: ConfigRule): ConfigRuleDocument {
  return {
    name: parsePresent(rule.ConfigRuleName, 'config:DescribeConfigRules', 'ConfigRuleName'),
    sourceOwner: parsePresent(rule.Source?.Owner, 'config:DescribeConfigRules', 'Owner'),
    sourceIdentifier: rule.Source?.SourceIdentifier ?? '',
    description: rule.Description ?? null,
    maximumExecutionFrequency: rule.MaximumExecutionFrequency ?? null,
    inputParameters: rule.InputParameters ?? null,
    createdBy: rule.CreatedBy ?? null,
  };
}

type ConfigReader = Pick<CloudReader, 'readConfigRecorder' | 'findConfigRules' | 'readConfigCompliance'>;

export function openConfigReader(clients: Clients, calls: Calls): ConfigReader {
  return {
    /** Service-linked recorders carry a service principal and do not serve rules of one's own (AWS Config API reference, PutConfigRule). */
    readConfigRecorder: async (region) => {
      const { client, sdk } = await clients.configService(region);
      const listing = 'config:DescribeConfigurationRecorders';
      const described = await calls.read(laneOf(region), listing, () => client.send(new sdk.DescribeConfigurationRecordersCommand({})));
      const recorders = parsePresent(described.ConfigurationRecorders, listing, 'ConfigurationRecorders');
      if (recorders.length === 0) return 'none';
      const own = recorders.filter((recorder) => recorder.servicePrincipal === undefined).map((recorder) => recorder.name);
      if (own.length === 0) return 'service-linked-only';
      const operation = 'config:DescribeConfigurationRecorderStatus';
      const answer = await calls.read(laneOf(region), operation, () => client.send(new sdk.DescribeConfigurationRecorderStatusCommand({})));
      const statuses = parsePresent(answer.ConfigurationRecordersStatus, operation, 'ConfigurationRecordersStatus');
      return statuses.some((status) => status.recording === true && own.includes(status.name)) ? 'recording' : 'stopped';
    },

    findConfigRules: async (region, name, sourceIdentifier) => {
      const operation = 'config:DescribeConfigRules';
      const { client, sdk } = await clients.configService(region);
      const rules = await readAll(operation, async (token) => {
        const page = await calls.read(laneOf(region), operation, () => client.send(new sdk.DescribeConfigRulesCommand({ NextToken: token })));
        return { items: parsePresent(page.ConfigRules, operation, 'ConfigRules').map(parseRule), next: page.NextToken };
      });
      return rules.filter((rule) => rule.name === name || (rule.sourceOwner === 'AWS' && rule.sourceIdentifier === sourceIdentifier));
    },

    readConfigCompliance: async (region, ruleName) => {
      const operation = 'config:DescribeComplianceByConfigRule';
      const { client, sdk } = await clients.configService(region);
      const command = new sdk.DescribeComplianceByConfigRuleCommand({ ConfigRuleNames: [ruleName] });
      const answer = await calls.read(laneOf(region), operation, () => client.send(command));
      const [found] = parsePresent(answer.ComplianceByConfigRules, operation, 'ComplianceByConfigRules');
      const type = found?.Compliance?.ComplianceType;
      return type === 'COMPLIANT' || type === 'NON_COMPLIANT' ? type : null;
    },
  };
}

type ConfigWriter = Pick<CloudWriter, 'putConfigRule' | 'deleteConfigRule' | 'startConfigEvaluation'>;

export function openConfigWriter(clients: Clients, calls: Calls): ConfigWriter {
  return {
    putConfigRule: async (region, rule) => {
      const { client, sdk } = await clients.configService(region);
      const ConfigRule: ConfigRule = {
        ConfigRuleName: rule.name,
        Source: { Owner: ownerSchema.parse(rule.sourceOwner), SourceIdentifier: rule.sourceIdentifier },
        ...(rule.description === null ? {} : { Description: rule.description }),
        ...(rule.maximumExecutionFrequency === null ? {} : { MaximumExecutionFrequency: frequencySchema.parse(rule.maximumExecutionFrequency) }),
        ...(rule.inputParameters === null ? {} : { InputParameters: rule.inputParameters }),
      };
      await calls.write(laneOf(region), 'config:PutConfigRule', () => client.send(new sdk.PutConfigRuleCommand({ ConfigRule })));
    },
    deleteConfigRule: async (region, name) => {
      const { client, sdk } = await clients.configService(region);
      await calls.write(laneOf(region), 'config:DeleteConfigRule', () => client.send(new sdk.DeleteConfigRuleCommand({ ConfigRuleName: name })));
    },
    startConfigEvaluation: async (region, name) => {
      const { client, sdk } = await clients.configService(region);
      const command = new sdk.StartConfigRulesEvaluationCommand({ ConfigRuleNames: [name] });
      await calls.write(laneOf(region), 'config:StartConfigRulesEvaluation', () => client.send(command));
    },
  };
}
