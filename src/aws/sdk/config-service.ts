/** The AWS Config operations that rootzero calls, and no others; loaded when the first one is made. */
export {
  ConfigServiceClient,
  DeleteConfigRuleCommand,
  DeleteOrganizationConfigRuleCommand,
  DescribeComplianceByConfigRuleCommand,
  DescribeConfigRulesCommand,
  DescribeConfigurationRecordersCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeOrganizationConfigRulesCommand,
  DescribeOrganizationConfigRuleStatusesCommand,
  GetOrganizationConfigRuleDetailedStatusCommand,
  PutConfigRuleCommand,
  PutOrganizationConfigRuleCommand,
  StartConfigRulesEvaluationCommand,
} from '@aws-sdk/client-config-service';
