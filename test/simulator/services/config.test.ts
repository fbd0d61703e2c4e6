/** AWS Config: recorders, the rule on root keys, and when it knows. */
import * as sdk from '@aws-sdk/client-config-service';
import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/simulator/world.ts';
import { ACCOUNT, ADMIN, clientOptions, open, smallWorld } from '../small-world.ts';

const NAME = 'iam-root-access-key-check';
const rule = (more: Partial<sdk.ConfigRule> = {}) =>
  new sdk.PutConfigRuleCommand({ ConfigRule: { ConfigRuleName: NAME, Source: { Owner: 'AWS', SourceIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, ...more } });

function openConfig(recorder: { isServiceLinked: boolean } | undefined = { isServiceLinked: false }) {
  const world = smallWorld();
  world.limits.rates = {};
  const account = world.accounts[ACCOUNT];
  if (account === undefined) throw new Error('no account');
  const recorders = recorder === undefined ? [] : [{ name: 'default', isRecording: true, ...recorder }];
  account.config['us-east-1'] = { recorders, rules: [] };
  account.config['il-central-1'] = { recorders: [{ name: 'default', isRecording: true, isServiceLinked: false }], rules: [] };
  account.regions.push({ name: 'il-central-1', isEnabled: true, isOptIn: true });
  const simulator = open(world);
  return { world, account, clock: simulator.clock, config: new sdk.ConfigServiceClient(clientOptions(simulator, ADMIN)), at: (region: string) => new sdk.ConfigServiceClient(clientOptions(simulator, ADMIN, region)) };
}

const operations = (world: World) => world.effects.map(({ operation, target }) => `${operation} ${target}`);

describe('a rule', () => {
  it('is put once, and again only when it changed', async () => {
    const { config, world } = openConfig();
    await config.send(rule());
    await config.send(rule());
    expect(operations(world)).toEqual([`PutConfigRule ${NAME}`]);
    await config.send(rule({ MaximumExecutionFrequency: 'One_Hour' }));
    expect(operations(world)).toHaveLength(2);
    const { ConfigRules: rules } = await config.send(new sdk.DescribeConfigRulesCommand({}));
    expect(rules).toMatchObject([{ ConfigRuleName: NAME, ConfigRuleState: 'ACTIVE', MaximumExecutionFrequency: 'One_Hour', Source: { SourceIdentifier: 'IAM_ROOT_ACCESS_KEY_CHECK' } }]);
    await config.send(new sdk.DeleteConfigRuleCommand({ ConfigRuleName: NAME }));
    await expect(config.send(new sdk.DescribeConfigRulesCommand({ ConfigRuleNames: [NAME] }))).rejects.toMatchObject({ name: 'NoSuchConfigRuleException' });
    await expect(config.send(new sdk.DeleteConfigRuleCommand({ ConfigRuleName: NAME }))).rejects.toMatchObject({ name: 'NoSuchConfigRuleException' });
    expect(operations(world)).toHaveLength(3);
  });

  it('needs a customer-managed recorder', async () => {
    for (const recorder of [undefined, { isServiceLinked: true }]) {
      const { config, account, world } = openConfig(recorder);
      if (recorder === undefined) account.config = {};
      await expect(config.send(rule())).rejects.toMatchObject({ name: 'NoAvailableConfigurationRecorderException' });
      expect(world.effects).toEqual([]);
    }
  });

  it('is refused where AWS does not offer it, or under an unknown name', async () => {
    const { at, config } = openConfig();
    await expect(at('il-central-1').send(rule())).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(config.send(rule({ Source: { Owner: 'AWS', SourceIdentifier: 'no such rule' } }))).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it('of an AWS service belongs to that service', async () => {
    const { config, account } = openConfig();
    await config.send(rule());
    for (const kept of account.config['us-east-1']?.rules ?? []) kept.createdBy = 'securityhub.amazonaws.com';
    await expect(config.send(new sdk.DeleteConfigRuleCommand({ ConfigRuleName: NAME }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await config.send(new sdk.DescribeConfigRulesCommand({}))).toMatchObject({ ConfigRules: [{ CreatedBy: 'securityhub.amazonaws.com' }] });
  });
});

describe('compliance', () => {
  const judged = async (config: sdk.ConfigServiceClient) => {
    const { ComplianceByConfigRules: [judgement] = [] } = await config.send(new sdk.DescribeComplianceByConfigRuleCommand({ ConfigRuleNames: [NAME] }));
    const { EvaluationResults: results = [] } = await config.send(new sdk.GetComplianceDetailsByConfigRuleCommand({ ConfigRuleName: NAME }));
    return [judgement?.Compliance?.ComplianceType, results.map(({ ComplianceType: type }) => type)];
  };

  it('is unknown until the first evaluation, then follows the existence of keys, inactive ones too', async () => {
    const { config, clock, account } = openConfig();
    await config.send(rule());
    expect(await judged(config)).toEqual(['INSUFFICIENT_DATA', []]);
    clock.advance(60_000);
    expect(await judged(config)).toEqual(['NON_COMPLIANT', ['NON_COMPLIANT']]);
    for (const key of account.root.keys) key.status = 'Inactive';
    expect(await judged(config)).toEqual(['NON_COMPLIANT', ['NON_COMPLIANT']]);
    account.root.keys = [];
    expect(await judged(config)).toEqual(['COMPLIANT', ['COMPLIANT']]);
  });

  it('can be asked for once a minute', async () => {
    const { config, clock, world } = openConfig();
    const start = () => config.send(new sdk.StartConfigRulesEvaluationCommand({ ConfigRuleNames: [NAME] }));
    await config.send(rule());
    await expect(start()).rejects.toMatchObject({ name: 'LimitExceededException' });
    clock.advance(60_000);
    await start();
    await expect(start()).rejects.toMatchObject({ name: 'LimitExceededException' });
    clock.advance(60_000);
    const { ConfigRulesEvaluationStatus: [status] = [] } = await config.send(new sdk.DescribeConfigRuleEvaluationStatusCommand({}));
    expect(status?.LastSuccessfulEvaluationTime?.getTime()).toBe(clock.now());
    expect(operations(world)).toEqual([`PutConfigRule ${NAME}`]);
  });
});

describe('recorders', () => {
  it('tell whose they are and whether they record', async () => {
    const { config } = openConfig({ isServiceLinked: true });
    expect(await config.send(new sdk.DescribeConfigurationRecordersCommand({}))).toMatchObject({ ConfigurationRecorders: [{ name: 'default', servicePrincipal: expect.any(String) }] });
    expect(await config.send(new sdk.DescribeConfigurationRecorderStatusCommand({}))).toMatchObject({ ConfigurationRecordersStatus: [{ name: 'default', recording: true }] });
    await expect(config.send(new sdk.DescribeConfigurationRecordersCommand({ ConfigurationRecorderNames: ['x'] }))).rejects.toMatchObject({ name: 'NoSuchConfigurationRecorderException' });
  });
});
