/** The Config rule by itself, through the command line: in the account or the organization, read first, waited for, taken off. */
import { afterEach, describe, expect, it } from 'vitest';
import { FLAGGED_ACCOUNT } from '../../src/simulator/scenarios/cast.ts';
import type { World } from '../../src/simulator/world.ts';
import type { ConfigRule } from '../../src/simulator/world-config.ts';
import { openAlertWorld, writesOf } from '../support/alerting.ts';
import { closeOperator, lastProblem, newestRun, openOperator, type, type Operator } from '../support/operator.ts';

const NAME = 'iam-root-access-key-check';
const APPLY = ['guard', 'config', 'apply'];
const RECORDER = { name: 'default', isRecording: true, isServiceLinked: false };

let operator: Operator;
afterEach(() => closeOperator(operator));

async function open(furnish: (world: World) => void = () => undefined, scenario = 'flagged-account'): Promise<World> {
  const world = openAlertWorld(scenario);
  furnish(world);
  operator = await openOperator(world);
  return world;
}
const run = (...argv: string[]) => type(operator, argv);
const said = (): string => operator.output.replaceAll(/\s+/g, ' ');
const configIn = (world: World, region = 'us-east-1', account = FLAGGED_ACCOUNT) => {
  const found = world.accounts[account];
  if (found === undefined) throw new Error(`no account ${account}`);
  return (found.config[region] ??= { recorders: [], rules: [] });
};
const rule = (more: Partial<ConfigRule> = {}): ConfigRule =>
  ({ name: NAME, arn: 'arn:x', id: 'x', source: { owner: 'AWS', identifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, tags: {}, createdAt: 0, ...more });

describe('the rule of an account', () => {
  it('is put in the home Region, waited for, and taken off again', async () => {
    const world = await open();
    expect(await run('guard', 'config', 'status')).toBe(1);
    expect(await run(...APPLY)).toBe(0);
    expect(said()).toContain('Region us-east-1: home Region of IAM');
    expect(said()).toContain('$0.001 for each evaluation');
    expect(said()).toContain(`${NAME} in us-east-1: NON_COMPLIANT`);
    expect(await run('guard', 'config', 'status')).toBe(0);
    expect(await run(...APPLY)).toBe(0);
    expect(await run('guard', 'config', 'remove')).toBe(0);
    expect(configIn(world).rules).toEqual([]);
    expect(writesOf(world)).toEqual(['PutConfigRule', 'DeleteConfigRule']);
  });

  it('goes where AWS Config records, if that is not the home Region', async () => {
    const world = await open((furnished) => {
      configIn(furnished).recorders = [];
      configIn(furnished, 'eu-west-1').recorders = [RECORDER];
    });
    expect(await run(...APPLY)).toBe(0);
    expect(said()).toContain('Region eu-west-1: AWS Config records there, and not in us-east-1');
    expect(configIn(world, 'eu-west-1').rules.map(({ name }) => name)).toEqual([NAME]);
  });

  it('is not put where nothing records, nor where AWS does not offer it', async () => {
    const world = await open((furnished) => { configIn(furnished).recorders = [{ ...RECORDER, isServiceLinked: true }]; });
    expect(await run(...APPLY)).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/no-recorder');
    expect(await run(...APPLY, '--config-region', 'il-central-1')).toBe(3);
    expect(lastProblem(operator)).toBe('guardrail/config-region');
    expect(world.effects).toEqual([]);
  });

  it.each([
    ['AWS Security Hub', rule({ name: 'securityhub-iam-root-access-key-check-1a2b3c', createdBy: 'securityhub.amazonaws.com' })],
    ['AWS Security Hub', rule({ name: 'securityhub-iam-root-access-key-check-1a2b3c' })],
    ['AWS Control Tower', rule({ name: 'AWSControlTower_AWS-GR_IAM_ROOT', createdBy: 'controltower.amazonaws.com' })],
    ['an organization rule', rule({ name: 'OrgConfigRule-x', createdBy: 'config-multiaccountsetup.amazonaws.com' })],
  ])('is left out where %s has one, in whichever Region', async (owner, theirs) => {
    const world = await open((furnished) => { configIn(furnished, 'eu-west-1').rules.push(theirs); });
    expect(await run(...APPLY)).toBe(0);
    expect(said()).toContain(`already in place in eu-west-1 as ${theirs.name}, by ${owner}`);
    expect(await run('guard', 'config', 'remove')).toBe(0);
    expect(said()).toContain(`left alone: it is by ${owner}`);
    expect(world.effects).toEqual([]);
  });

  it('of our name and other content is shown, and left alone', async () => {
    const world = await open((furnished) => { configIn(furnished).rules.push(rule({ source: { owner: 'AWS', identifier: 'MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS' } })); });
    expect(await run(...APPLY)).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/config-differs');
    expect(said()).toContain('AWS/MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS → AWS/IAM_ROOT_ACCESS_KEY_CHECK');
    expect(world.effects).toEqual([]);
  });

  it('that does not evaluate by itself is asked to, once', async () => {
    const world = await open();
    // Two minutes and a half pass without a result, as where AWS is slow.
    world.faults.push({ kind: 'access-denied', operation: 'config:DescribeComplianceByConfigRule', skip: 0, remaining: 10 });
    world.faults.push({ kind: 'server-error', operation: 'config:StartConfigRulesEvaluation', skip: 1, remaining: 1 });
    expect(await run(...APPLY)).toBe(0);
    const [, second] = world.faults.map(({ skip, remaining }) => ({ skip, remaining }));
    expect(second).toEqual({ skip: 0, remaining: 1 });
    expect(said()).toContain('NON_COMPLIANT');
  });

  it('is not called clean where nothing may be read', async () => {
    await open((world) => { for (const principal of world.principals) principal.deny = ['config:*']; });
    expect(await run('guard', 'config', 'status')).toBe(2);
  });
});

describe('the rule of an organization', () => {
  const everywhere = (world: World): void => {
    for (const id of Object.keys(world.accounts)) configIn(world, 'us-east-1', id).recorders = [RECORDER];
  };

  it('spreads account by account, and comes off by rollback', async () => {
    const world = await open(everywhere, 'management-account');
    expect(await run(...APPLY, '--organization', '--exclude', '333344445555')).toBe(0);
    expect(said()).toContain('0 of 3 accounts');
    expect(said()).toContain('3 of 3 accounts');
    expect(configIn(world, 'us-east-1', '333344445555').rules).toEqual([]);
    expect(configIn(world, 'us-east-1', '222233334444').rules).toHaveLength(1);
    expect(await run('guard', 'config', 'status', '--organization')).toBe(0);
    expect(await run('guard', 'config', 'apply', '--organization', '--exclude', '333344445555')).toBe(0);
    expect(said()).toContain('already in place in us-east-1');
    expect(await run('rollback', (await newestRun(operator))?.runId ?? '')).toBe(0);
    expect(configIn(world, 'us-east-1', '222233334444').rules).toEqual([]);
    expect(writesOf(world)).toEqual(['PutOrganizationConfigRule', 'DeleteOrganizationConfigRule']);
  });

  it('that does not reach an account is not called done', async () => {
    await open((world) => {
      everywhere(world);
      configIn(world, 'us-east-1', '444455556666').recorders = [];
    }, 'management-account');
    expect(await run(...APPLY, '--organization')).toBe(2);
    expect(said()).toContain('1 failed');
    expect(await run('guard', 'config', 'status', '--organization')).toBe(1);
    expect(said()).toContain('444455556666');
    expect(said()).toContain('NoAvailableConfigurationRecorder');
  });

  it('is for the management account and its delegate alone', async () => {
    const world = await open(everywhere, 'member-account');
    expect(await run(...APPLY, '--organization')).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/not-config-administrator');
    expect(world.effects).toEqual([]);
    expect(await run(...APPLY, '--exclude', '333344445555')).toBe(3);
  });
});
