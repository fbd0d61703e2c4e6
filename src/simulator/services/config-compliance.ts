/** The evaluation of AWS Config rules: when it runs and what it says of root access keys. Changes no rule's document. */
import type * as Sdk from '@aws-sdk/client-config-service';
import { accountInRegion } from '../regions.ts';
import { rootOf, ServiceError, type Call } from '../service.ts';
import type { Time } from '../world.ts';
import type { ConfigRule } from '../world-config.ts';
import { EVALUATION_MS, namedRules, pageOf, requireRule } from './config-rules.ts';

/** AWS Config API reference, GetComplianceDetailsByConfigRule. */
const MAX_DETAILS_PAGE = 100;
const MAX_RULES_PER_START = 25;

/** Asked for at most once a minute for each rule; an evaluation that still runs counts too. */
export function startConfigRulesEvaluation(input: Sdk.StartConfigRulesEvaluationRequest, call: Call): object {
  const names = input.ConfigRuleNames ?? [];
  if (names.length < 1 || names.length > MAX_RULES_PER_START) {
    throw new ServiceError('InvalidParameterValueException', `Name 1 to ${MAX_RULES_PER_START} rules.`);
  }
  const rules = names.map((name) => requireRule(call, name));
  if (rules.some(({ evaluationStartedAt }) => evaluationStartedAt !== undefined && call.at < evaluationStartedAt + EVALUATION_MS)) {
    throw new ServiceError('LimitExceededException', 'An evaluation of the rule is running, or was asked for less than a minute ago.');
  }
  for (const rule of rules) {
    rule.evaluationStartedAt = call.at;
    rule.evaluatedAt ??= call.at + EVALUATION_MS;
  }
  return {};
}

export function describeConfigRuleEvaluationStatus(
  input: Sdk.DescribeConfigRuleEvaluationStatusRequest,
  call: Call,
): Sdk.DescribeConfigRuleEvaluationStatusResponse {
  const { page, ...rest } = pageOf(namedRules(call, input.ConfigRuleNames), input.NextToken);
  return {
    ConfigRulesEvaluationStatus: page.map((rule) => {
      const evaluatedAt = lastEvaluationOf(rule, call);
      return {
        ConfigRuleName: rule.name,
        ConfigRuleArn: rule.arn,
        ConfigRuleId: rule.id,
        FirstActivatedTime: new Date(rule.createdAt),
        FirstEvaluationStarted: rule.evaluationStartedAt !== undefined,
        ...(evaluatedAt === undefined
          ? {}
          : { LastSuccessfulInvocationTime: new Date(evaluatedAt), LastSuccessfulEvaluationTime: new Date(evaluatedAt) }),
      };
    }),
    ...rest,
  };
}

export function describeComplianceByConfigRule(
  input: Sdk.DescribeComplianceByConfigRuleRequest,
  call: Call,
): Sdk.DescribeComplianceByConfigRuleResponse {
  const wanted: readonly string[] = input.ComplianceTypes ?? [];
  const judged = namedRules(call, input.ConfigRuleNames)
    .map((rule) => ({ ConfigRuleName: rule.name, Compliance: { ComplianceType: complianceOf(rule, call) } }))
    .filter(({ Compliance }) => wanted.length === 0 || wanted.includes(Compliance.ComplianceType));
  const { page, ...rest } = pageOf(judged, input.NextToken);
  return { ComplianceByConfigRules: page, ...rest };
}

export function getComplianceDetailsByConfigRule(
  input: Sdk.GetComplianceDetailsByConfigRuleRequest,
  call: Call,
): Sdk.GetComplianceDetailsByConfigRuleResponse {
  const rule = requireRule(call, input.ConfigRuleName);
  const wanted: readonly string[] = input.ComplianceTypes ?? [];
  if (wanted.includes('INSUFFICIENT_DATA')) {
    throw new ServiceError('InvalidParameterValueException', 'INSUFFICIENT_DATA is not a valid compliance type to filter by.');
  }
  const evaluatedAt = lastEvaluationOf(rule, call);
  const compliance = complianceOf(rule, call);
  const isShown = evaluatedAt !== undefined && (wanted.length === 0 || wanted.includes(compliance));
  const results: Sdk.EvaluationResult[] = isShown ? [asResult(rule, call, evaluatedAt, compliance)] : [];
  const { page, ...rest } = pageOf(results, input.NextToken, Math.min(input.Limit || MAX_DETAILS_PAGE, MAX_DETAILS_PAGE));
  return { EvaluationResults: page, ...rest };
}

function asResult(rule: ConfigRule, call: Call, evaluatedAt: Time, compliance: Compliance): Sdk.EvaluationResult {
  return {
    EvaluationResultIdentifier: {
      EvaluationResultQualifier: { ConfigRuleName: rule.name, ResourceType: 'AWS::::Account', ResourceId: accountInRegion(call).id },
      OrderingTimestamp: new Date(evaluatedAt),
    },
    ComplianceType: compliance,
    ResultRecordedTime: new Date(evaluatedAt),
    ConfigRuleInvokedTime: new Date(evaluatedAt),
  };
}

type Compliance = 'COMPLIANT' | 'NON_COMPLIANT' | 'INSUFFICIENT_DATA';

/** An inactive key exists too. Once there was an evaluation, the answer follows the keys without delay (see BEHAVIOUR.md). */
function complianceOf(rule: ConfigRule, call: Call): Compliance {
  if (rule.source.identifier !== 'IAM_ROOT_ACCESS_KEY_CHECK' || lastEvaluationOf(rule, call) === undefined) return 'INSUFFICIENT_DATA';
  return rootOf(call).keys.length === 0 ? 'COMPLIANT' : 'NON_COMPLIANT';
}

function lastEvaluationOf({ evaluatedAt, evaluationStartedAt }: ConfigRule, call: Call): Time | undefined {
  if (evaluatedAt === undefined || call.at < evaluatedAt) return undefined;
  const latest = (evaluationStartedAt ?? 0) + EVALUATION_MS;
  return latest > evaluatedAt && latest <= call.at ? latest : evaluatedAt;
}
