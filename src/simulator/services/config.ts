/** AWS Config as a service: its recorders, and the table of its operations (AWS Config API reference). Decides nothing about rules. */
import type * as Sdk from '@aws-sdk/client-config-service';
import { accountInRegion } from '../regions.ts';
import { ServiceError, type Call, type OperationTrait, type Service } from '../service.ts';
import type { ConfigRecorder } from '../world-config.ts';
import { deleteConfigRule, describeConfigRules, putConfigRule } from './config-rules.ts';
import {
  deleteOrganizationConfigRule,
  describeOrganizationConfigRules,
  describeOrganizationConfigRuleStatuses,
  getOrganizationConfigRuleDetailedStatus,
  putOrganizationConfigRule,
} from './config-organization.ts';
import {
  describeComplianceByConfigRule,
  describeConfigRuleEvaluationStatus,
  getComplianceDetailsByConfigRule,
  startConfigRulesEvaluation,
} from './config-compliance.ts';

function describeConfigurationRecorders(
  input: Sdk.DescribeConfigurationRecordersRequest,
  call: Call,
): Sdk.DescribeConfigurationRecordersResponse {
  return {
    ConfigurationRecorders: namedRecorders(call, input.ConfigurationRecorderNames).map((recorder) => ({
      name: recorder.name,
      arn: recorderArn(call, recorder),
      recordingGroup: { allSupported: !recorder.isServiceLinked },
      recordingScope: recorder.isServiceLinked ? 'INTERNAL' : 'PAID',
      ...(recorder.isServiceLinked ? { servicePrincipal: SERVICE_LINKED_PRINCIPAL } : {}),
    })),
  };
}

function describeConfigurationRecorderStatus(
  input: Sdk.DescribeConfigurationRecorderStatusRequest,
  call: Call,
): Sdk.DescribeConfigurationRecorderStatusResponse {
  return {
    ConfigurationRecordersStatus: namedRecorders(call, input.ConfigurationRecorderNames).map((recorder) => ({
      name: recorder.name,
      arn: recorderArn(call, recorder),
      recording: recorder.isRecording,
      lastStatus: recorder.isRecording ? 'Success' : 'Pending',
      ...(recorder.isServiceLinked ? { servicePrincipal: SERVICE_LINKED_PRINCIPAL } : {}),
    })),
  };
}

/** One of the services that bring a recorder of their own. */
const SERVICE_LINKED_PRINCIPAL = 'securityhubv2.amazonaws.com';

function namedRecorders(call: Call, names: string[] | undefined): ConfigRecorder[] {
  const recorders = accountInRegion(call).config[call.region]?.recorders ?? [];
  const unknown = names?.find((name) => !recorders.some((recorder) => recorder.name === name));
  if (unknown !== undefined) {
    throw new ServiceError('NoSuchConfigurationRecorderException', `Cannot find configuration recorder with the specified name '${unknown}'.`);
  }
  return recorders.filter(({ name }) => names === undefined || names.length === 0 || names.includes(name));
}

function recorderArn(call: Call, { name }: ConfigRecorder): string {
  return `arn:${call.world.partition}:config:${call.region}:${call.caller.accountId}:configuration-recorder/${name}/simulated`;
}

const read: OperationTrait = { isReadOnly: true };
const write: OperationTrait = { isReadOnly: false };

export const configService: Service = {
  signingName: 'config',
  actionPrefix: 'config',
  eventSource: 'config.amazonaws.com',
  operations: {
    DescribeConfigurationRecorders: { run: describeConfigurationRecorders, trait: read },
    DescribeConfigurationRecorderStatus: { run: describeConfigurationRecorderStatus, trait: read },
    DescribeConfigRules: { run: describeConfigRules, trait: read },
    DescribeConfigRuleEvaluationStatus: { run: describeConfigRuleEvaluationStatus, trait: read },
    DescribeComplianceByConfigRule: { run: describeComplianceByConfigRule, trait: read },
    GetComplianceDetailsByConfigRule: { run: getComplianceDetailsByConfigRule, trait: read },
    PutConfigRule: { run: putConfigRule, trait: write },
    DeleteConfigRule: { run: deleteConfigRule, trait: write },
    DescribeOrganizationConfigRules: { run: describeOrganizationConfigRules, trait: read },
    DescribeOrganizationConfigRuleStatuses: { run: describeOrganizationConfigRuleStatuses, trait: read },
    GetOrganizationConfigRuleDetailedStatus: { run: getOrganizationConfigRuleDetailedStatus, trait: read },
    PutOrganizationConfigRule: { run: putOrganizationConfigRule, trait: write },
    DeleteOrganizationConfigRule: { run: deleteOrganizationConfigRule, trait: write },
    StartConfigRulesEvaluation: { run: startConfigRulesEvaluation, trait: write },
  },
};
