/** Guardrails: what is there is read before anything is written; the same is left alone, other content is shown and never overwritten. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { minifyPolicy } from '../../src/domain/guardrail.ts';
import { FLAGGED_ACCOUNT } from '../../src/simulator/scenarios/cast.ts';
import type { Organization, World } from '../../src/simulator/world.ts';
import type { ConfigRule } from '../../src/simulator/world-config.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { acknowledgeAll, closeOperator, lastProblem, makePlan, openOperator, retire, type, type Operator } from '../support/operator.ts';

const SANDBOX = 'ou-ex4m-sandbox1';
const NAME = 'rootzero-deny-root-user';
const shipped = async (): Promise<string> => readFile('policies/scp/deny-root-user/policy.json', 'utf8');

const NO_ORGANIZATION: Organization = {
  id: 'o-none', managementAccountId: '', featureSet: 'ALL', rootId: 'r-none', isScpEnabled: false, units: [], parents: {}, policies: [], attachments: {},
  trustedServices: [], rootFeatures: [], delegatedAdministrators: [], tags: {},
};

let operator: Operator;
afterEach(() => closeOperator(operator));

/** A scenario's world, furnished further; `organization` is its own, or one that nobody is in. */
async function open(furnish: (world: World, organization: Organization) => void | Promise<void>, scenario = 'management-account'): Promise<void> {
  const world = openStageWorld(scenario);
  await furnish(world, world.organization ?? structuredClone(NO_ORGANIZATION));
  operator = await openOperator(world);
}

function addPolicy(organization: Organization, name: string, content: string, ...targets: string[]): void {
  const id = `p-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '').padEnd(8, '0')}`;
  organization.policies.push({ id, name, description: '', content, isAwsManaged: false });
  for (const target of targets) organization.attachments[target]?.push(id);
}

const operations = (): string[] => operator.world.effects.map((effect) => effect.operation);
const planned = async (...options: string[]): Promise<{ exit: number | 'crashed'; kinds: string[]; blockers: string[]; texts: string; notDone: string }> => {
  const { exit, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)), ...options);
  return {
    exit,
    kinds: plan.actions.map((action) => action.kind),
    blockers: plan.blockers.map((blocker) => blocker.code),
    texts: plan.blockers.map((blocker) => blocker.text).join('\n'),
    notDone: plan.notDone.map((entry) => `${entry.what}: ${entry.because}`).join('\n'),
  };
};

describe('the SCP', () => {
  it('is created and attached where there is none', async () => {
    await open(() => undefined);
    expect((await retire(operator, '--scp-target', SANDBOX)).exit).toBe(75);
    expect(await type(operator, ['resume'])).toBe(0);
    expect(operations().slice(2)).toEqual(['CreatePolicy', 'AttachPolicy', 'PutConfigRule']);
  });

  it('of the same name and content is reused, whatever its white space', async () => {
    await open(async (_, organization) => addPolicy(organization, NAME, `  ${await shipped()}`));
    expect((await retire(operator, '--scp-target', SANDBOX)).exit).toBe(75);
    expect(await type(operator, ['resume'])).toBe(0);
    expect(operations()).not.toContain('CreatePolicy');
    expect(operations()).toContain('AttachPolicy');
  });

  it('that is attached already is left alone, and that is said', async () => {
    await open(async (_, organization) => addPolicy(organization, NAME, await shipped(), SANDBOX));
    const plan = await planned('--scp-target', SANDBOX);
    expect(plan.kinds).not.toContain('attach-guardrail');
    expect(plan.notDone).toContain(`already in place on ${SANDBOX}`);
  });

  it('of the same name and other content is shown side by side, and refused', async () => {
    await open((_, organization) => addPolicy(organization, NAME, '{"Version":"2012-10-17","Statement":[]}'));
    const plan = await planned('--scp-target', SANDBOX);
    expect(plan).toMatchObject({ exit: 6, blockers: ['guardrail/name-taken'] });
    expect(plan.texts).toContain('{"Version":"2012-10-17","Statement":[]}');
    expect(plan.texts).toContain(minifyPolicy(await shipped()));
  });

  it('is refused where Control Tower governs root on the target', async () => {
    const denyRoot = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'GRRESTRICTROOTUSER', Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringLike: { 'aws:PrincipalArn': 'arn:*:iam::*:root' } } }] });
    await open((_, organization) => addPolicy(organization, 'aws-guardrails-XmvkYd', denyRoot, SANDBOX));
    expect((await planned('--scp-target', SANDBOX)).blockers).toEqual(['guardrail/control-tower']);
  });

  it('is refused where all slots of the target are taken', async () => {
    await open((_, organization) => {
      for (let number = 1; number < 10; number += 1) addPolicy(organization, `policy-${number}`, '{"Version":"2012-10-17","Statement":[]}', SANDBOX);
    });
    const plan = await planned('--scp-target', SANDBOX);
    expect(plan.blockers).toEqual(['guardrail/no-slot']);
    expect(plan.texts).toContain('10 of 10');
  });

  it('does not enable service control policies: they have to be on', async () => {
    await open((_, organization) => {
      organization.isScpEnabled = false;
    });
    expect((await planned('--scp-target', SANDBOX)).blockers).toEqual(['guardrail/scp-not-enabled']);
  });

  it('never goes onto the root of the organization, nor onto a target that is not there', async () => {
    await open(() => undefined);
    expect((await planned('--scp-target', 'r-ex4m')).blockers).toEqual(['guardrail/target-unknown']);
    expect(await type(operator, ['plan', '--scp-target', 'ou-ex4m-nowhere1'])).toBe(3);
    expect(lastProblem(operator)).toBe('guardrail/target-unknown');
  });

  it('is not applicable to a standalone account, left to the management account by a member, and left out by choice', async () => {
    await open(() => undefined, 'flagged-account');
    expect((await planned()).notDone).toContain('not applicable: a standalone account');
    await closeOperator(operator);
    await open(() => undefined, 'member-account');
    expect((await planned()).notDone).toContain(`from the management account ${FLAGGED_ACCOUNT}`);
    expect((await planned('--no-scp')).notDone).toContain('left out by the operator');
  });

  it('that appeared since the plan stops the run before it writes', async () => {
    await open(() => undefined);
    expect((await retire(operator, '--scp-target', SANDBOX)).exit).toBe(75);
    const { organization } = operator.world;
    if (organization !== undefined) addPolicy(organization, NAME, '{"Version":"2012-10-17","Statement":[]}');
    expect(await type(operator, ['resume'])).toBe(6);
    expect(operations()).not.toContain('CreatePolicy');
  });
});

describe('the Config rule', () => {
  const rule = (given: Partial<ConfigRule> = {}): ConfigRule => ({
    name: 'iam-root-access-key-check', arn: 'arn:aws:config:us-east-1:111122223333:config-rule/config-rule-abc123', id: 'config-rule-abc123',
    source: { owner: 'AWS', identifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, tags: {}, createdAt: 0, ...given,
  });
  const config = (world: World): { recorders: { isRecording: boolean; isServiceLinked: boolean }[]; rules: ConfigRule[] } => {
    const found = world.accounts[FLAGGED_ACCOUNT]?.config['us-east-1'];
    if (found === undefined) throw new Error('no AWS Config in us-east-1');
    return found;
  };

  it('of the same content is left alone', async () => {
    await open((world) => void config(world).rules.push(rule()), 'flagged-account');
    const plan = await planned();
    expect(plan.kinds).not.toContain('put-config-rule');
    expect(plan.notDone).toContain('already in place in us-east-1 as iam-root-access-key-check');
  });

  it('of Security Hub is recognised by its source, whatever its name', async () => {
    await open((world) => void config(world).rules.push(rule({ name: 'securityhub-iam-root-access-key-check-1a2b', createdBy: 'securityhub.amazonaws.com' })), 'flagged-account');
    const plan = await planned();
    expect(plan.kinds).not.toContain('put-config-rule');
    expect(plan.notDone).toContain('securityhub.amazonaws.com');
  });

  it('of the same name and other content is shown side by side, and refused', async () => {
    await open((world) => void config(world).rules.push(rule({ source: { owner: 'CUSTOM_LAMBDA', identifier: 'arn:aws:lambda:us-east-1:111122223333:function:check' } })), 'flagged-account');
    const plan = await planned();
    expect(plan).toMatchObject({ exit: 6, blockers: ['guardrail/config-differs'] });
    expect(plan.texts).toContain('CUSTOM_LAMBDA/arn:aws:lambda:us-east-1:111122223333:function:check');
    expect(plan.texts).toContain('AWS/IAM_ROOT_ACCESS_KEY_CHECK');
  });

  it.each<[string, { name: string; isRecording: boolean; isServiceLinked: boolean }[]]>([
    ['missing', []],
    ['stopped', [{ name: 'default', isRecording: false, isServiceLinked: false }]],
    ['only service-linked', [{ name: 'AWSConfigurationRecorderForX', isRecording: true, isServiceLinked: true }]],
  ])('is not planned where the recorder is %s, and that is said', async (_, recorders) => {
    await open((world) => void config(world).recorders.splice(0, 1, ...recorders), 'flagged-account');
    const plan = await planned();
    expect(plan).toMatchObject({ exit: 0, blockers: [] });
    expect(plan.kinds).not.toContain('put-config-rule');
    expect(plan.notDone).toContain('no customer-managed recorder');
  });

  it('is refused in a Region that does not offer it', async () => {
    await open(() => undefined, 'flagged-account');
    expect((await planned('--config-region', 'il-central-1')).blockers).toEqual(['guardrail/config-region']);
  });

  it('that somebody put since the plan is not overwritten', async () => {
    await open(() => undefined, 'flagged-account');
    expect((await retire(operator)).exit).toBe(75);
    config(operator.world).rules.push(rule({ source: { owner: 'AWS', identifier: 'IAM_USER_UNUSED_CREDENTIALS_CHECK' } }));
    expect(await type(operator, ['resume'])).toBe(6);
    expect(lastProblem(operator)).toBe('plan/stale');
    expect(operations()).not.toContain('PutConfigRule');
  });
});

it('guardrails that cannot be read never block the removal of keys', async () => {
  await open(() => undefined, 'flagged-account');
  operator.world.faults.push({ kind: 'access-denied', operation: 'config:DescribeConfigRules', skip: 0, remaining: 100 });
  const plan = await planned();
  expect(plan).toMatchObject({ exit: 0, blockers: [] });
  expect(plan.notDone).toContain('Config rule');
});
