/** AWS Config across the Regions: where it records, and which rule on root keys is there already, whoever put it. Read-only. */
import { CONFIG_RULE_IDENTIFIER, CONFIG_RULE_NAME, CONFIG_RULE_UNSUPPORTED_REGIONS, type ConfigRecorderState, type ConfigRuleDocument } from '../domain/guardrail.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import type { AccountId, Partition } from '../domain/identifiers.ts';
import type { Observed } from '../domain/observed.ts';
import { isEquivalentRule, ruleOwner } from '../domain/organization-rule.ts';
import { problem } from '../domain/problem.ts';
import { iamEventRegion } from '../domain/soak-proof.ts';
import type { Session } from './session.ts';
import { observe } from './survey.ts';

export type RegionOfConfig = { region: string; recorder: Observed<ConfigRecorderState>; rules: Observed<ConfigRuleDocument[]> };
export type SurveyedConfig = { account: AccountId; partition: Partition; regions: RegionOfConfig[] };

/** Reads every enabled Region that has the managed rule, or only the one that is named. @throws Problem `guardrail/config-region` */
export async function surveyConfig(session: Session, named: string | null): Promise<SurveyedConfig> {
  const { reader } = session.identities.reading;
  const { account, partition } = await reader.readCaller();
  if (named !== null && CONFIG_RULE_UNSUPPORTED_REGIONS.includes(named)) throw problem('guardrail/config-region', { detail: `${named} does not offer ${CONFIG_RULE_IDENTIFIER}.` });
  const enabled = (await reader.readEnabledRegions()).regions.filter((region) => !CONFIG_RULE_UNSUPPORTED_REGIONS.includes(region));
  const regions = named === null ? enabled : [named];
  const read = async (region: string): Promise<RegionOfConfig> => ({
    region,
    recorder: await observe(session, 'config:DescribeConfigurationRecorders', () => reader.readConfigRecorder(region)),
    rules: await observe(session, 'config:DescribeConfigRules', () => reader.findConfigRules(region, CONFIG_RULE_NAME, CONFIG_RULE_IDENTIFIER)),
  });
  return { account, partition, regions: await Promise.all(regions.map(read)) };
}

/** The rule that does the job already, in whichever Region, the home Region first. */
export function findEquivalent({ partition, regions }: SurveyedConfig): { region: string; rule: ConfigRuleDocument } | null {
  const home = iamEventRegion(partition);
  const sorted = [...regions].sort((first, second) => Number(second.region === home) - Number(first.region === home));
  for (const { region, rules } of sorted) {
    const rule = rules.known ? rules.value.find(isEquivalentRule) : undefined;
    if (rule !== undefined) return { region, rule };
  }
  return null;
}

/** The one Region for the rule: the named one, else the home Region, else the first that records; with the reason in words. @throws Problem `guardrail/no-recorder` */
export function chooseConfigRegion({ partition, regions }: SurveyedConfig, named: string | null): { region: string; because: string } {
  const records = ({ recorder }: RegionOfConfig): boolean => recorder.known && recorder.value === 'recording';
  const home = iamEventRegion(partition);
  const chosen = regions.find(({ region }) => region === (named ?? home)) ?? null;
  if (chosen !== null && records(chosen)) return { region: chosen.region, because: named === null ? 'home Region of IAM' : 'as given' };
  const other = named === null ? regions.find(records) : undefined;
  if (other !== undefined) return { region: other.region, because: `AWS Config records there, and not in ${home}` };
  const seen = chosen === null ? 'in none of the Regions that could be read' : `${chosen.region}: ${chosen.recorder.known ? chosen.recorder.value : chosen.recorder.because}`;
  throw problem('guardrail/no-recorder', { detail: `${seen}.` });
}

/** Parts of one account's Config rule: the recorder behind it, and the rule with what it says. */
export async function assessConfig(session: Session, surveyed: SurveyedConfig): Promise<GuardPart[]> {
  const equivalent = findEquivalent(surveyed);
  const unread = surveyed.regions.filter(({ rules }) => !rules.known).map(({ region }) => region);
  if (equivalent === null) {
    const home = iamEventRegion(surveyed.partition);
    const because = unread.length === 0 ? ['no rule on root access keys in any Region'] : [`not readable: ${unread.join(', ')}`];
    return [{ kind: 'config-rule', region: home, name: CONFIG_RULE_NAME, state: unread.length === 0 ? 'missing' : 'unknown', because }];
  }
  const { region, rule } = equivalent;
  const recorder = surveyed.regions.find((entry) => entry.region === region)?.recorder;
  const owner = ruleOwner(rule);
  const compliance = await observe(session, 'config:DescribeComplianceByConfigRule', () => session.identities.reading.reader.readConfigCompliance(region, rule.name));
  const says = compliance.known ? (compliance.value ?? 'no evaluation yet') : `its result could not be read (${compliance.because})`;
  const isRecording = recorder?.known === true && recorder.value === 'recording';
  return [
    {
      kind: 'recorder', region, name: 'AWS Config recorder',
      state: recorder?.known !== true ? 'unknown' : isRecording ? 'live' : 'broken',
      because: isRecording ? [] : [recorder?.known === true ? recorder.value : `not readable (${recorder?.because ?? 'facts/not-read'})`],
    },
    { kind: 'config-rule', region, name: rule.name, state: compliance.known ? 'live' : 'unknown', because: [...(owner === null ? [] : [`by ${owner}`]), says] },
  ];
}
