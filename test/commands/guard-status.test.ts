/** `guard status`: the seal, the Config rule account by account, and the alerts; what is missing is 1, what could not be read is 2, and 1 beats 2. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { World } from '../../src/simulator/world.ts';
import type { ConfigRule } from '../../src/simulator/world-config.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { alertingIn, confirmAll, openAlertWorld, TO } from '../support/alerting.ts';
import { addPolicy, MANAGEMENT_ACCOUNT, openOrganizationWorld } from '../support/organization-world.ts';
import { closeOperator, lastProblem, openOperator, type, type Operator } from '../support/operator.ts';

const [MANAGER, FIRST, BARE, LAST] = ['111122223333', '222233334444', '333344445555', '444455556666'] as const;
const RECORDER = { name: 'default', isRecording: true, isServiceLinked: false };
const theirs: ConfigRule = { name: 'securityhub-iam-root-access-key-check-1a2b3c', arn: 'arn:x', id: 'x', source: { owner: 'AWS', identifier: 'IAM_ROOT_ACCESS_KEY_CHECK' }, tags: {}, createdAt: 0, createdBy: 'securityhub.amazonaws.com' };

let operator: Operator;
afterEach(() => closeOperator(operator));

const accountIn = ({ accounts }: World, id: string) => {
  const account = accounts[id];
  if (account === undefined) throw new Error(`no account ${id}`);
  return account;
};
const configIn = (world: World, id: string) => (accountIn(world, id).config['us-east-1'] ??= { recorders: [], rules: [] });

/** A small organization with its management account; every account records. */
async function open(): Promise<World> {
  const world = openAlertWorld('management-account');
  for (const id of Object.keys(world.accounts)) configIn(world, id).recorders = [RECORDER];
  operator = await openOperator(world);
  return world;
}
async function seal({ organization }: World): Promise<void> {
  if (organization === undefined) throw new Error('no organization');
  addPolicy(organization, 'rootzero-deny-root-user', await readFile('policies/scp/deny-root-user/policy.json', 'utf8'), organization.rootId);
}
async function putRule(...options: string[]): Promise<void> {
  await type(operator, ['guard', 'config', 'apply', '--organization', ...options]);
}
async function putAlerts(world: World): Promise<void> {
  await type(operator, ['guard', 'alerts', 'apply', ...TO]);
  confirmAll(world);
}
const SEAL_ONLY = ['--no-config', '--no-alerts'];
const RULES_ONLY = ['--no-alerts'];

const node = z.object({ target: z.object({ id: z.string() }), rule: z.nullable(z.object({ state: z.string(), because: z.string() })), get children() { return z.array(node); } });
const printed = z.object({ exitCode: z.number(), status: z.object({ organization: z.nullable(z.object({ tree: node })), unread: z.array(z.string()) }) });
/** The Config rule of every account, as JSON has it. */
async function rulesOf(...options: string[]): Promise<{ exit: number | 'crashed'; rules: Record<string, string> }> {
  const exit = await type(operator, ['guard', 'status', '-o', 'json', ...RULES_ONLY, ...options]);
  const { exitCode, status } = printed.parse(JSON.parse(operator.result));
  expect(exitCode).toBe(exit);
  const every = (one: z.infer<typeof node>): [string, string][] => [...(one.rule === null ? [] : [[one.target.id, one.rule.state] satisfies [string, string]]), ...one.children.flatMap(every)];
  return { exit, rules: status.organization === null ? {} : Object.fromEntries(every(status.organization.tree)) };
}
const status = (...options: string[]): Promise<number | 'crashed'> => type(operator, ['guard', 'status', ...options]);

describe('all of it', () => {
  it('is 0 once the seal, the rule in every account and the alerts are there; before that 1; and it changes nothing', async () => {
    const world = await open();
    expect(await status()).toBe(1);
    await seal(world);
    await putRule();
    expect(await status()).toBe(1);
    await putAlerts(world);
    const before = world.effects.length;
    expect(await status(), operator.output.slice(-3_000)).toBe(0);
    expect(operator.result).toContain('rule 4 live');
    expect(operator.result).toContain('Alerts on root in 111122223333');
    expect(world.effects).toHaveLength(before);
  });

  it('is 1 where an alert would not fire, with the reason', async () => {
    const world = await open();
    await seal(world);
    await putRule();
    await putAlerts(world);
    for (const topic of alertingIn(world).topics) for (const subscription of topic.subscriptions) subscription.isConfirmed = false;
    expect(await status()).toBe(1);
    expect(operator.result).toContain('✖ broken');
    expect(await status('--no-alerts')).toBe(0);
  });
});

describe('the seal', () => {
  it('is 1 where nothing is attached, and 0 where the policy is on the root of the organization', async () => {
    const { world, organization } = openOrganizationWorld();
    operator = await openOperator(world);
    expect(await status(...SEAL_ONLY)).toBe(1);
    expect(operator.result).toContain('Root (r-ex4m)  ✖ missing');
    addPolicy(organization, 'rootzero-deny-root-user', await readFile('policies/scp/deny-root-user/policy.json', 'utf8'), organization.rootId);
    expect(await status(...SEAL_ONLY)).toBe(0);
    expect(operator.result).toContain('✔ sealed, attached here: rootzero-deny-root-user');
    expect(operator.result).toContain('sandbox (ou-ex4m-unit0001)  ✔ sealed, inherited from r-ex4m  [3 sealed]');
    expect(operator.result).toContain(`management (${MANAGEMENT_ACCOUNT})  – not applicable`);
  });

  it('does not apply to an account that stands alone; a member is told where to ask', async () => {
    operator = await openOperator(openStageWorld('clean'));
    expect(await status(...SEAL_ONLY)).toBe(0);
    expect(operator.result).toContain('not applicable');
    // Rules and alerts it can have, and has not.
    expect(await status()).toBe(1);
    await closeOperator(operator);
    operator = await openOperator(openStageWorld('member-account'));
    expect([await status(), lastProblem(operator)]).toEqual([2, 'facts/asked-elsewhere']);
  });
});

describe('the Config rule of each account', () => {
  it('by a rule of the organization: reached, or not and why', async () => {
    const world = await open();
    await seal(world);
    configIn(world, LAST).recorders = [];
    await putRule();
    expect(await rulesOf()).toEqual({ exit: 1, rules: { [MANAGER]: 'live', [FIRST]: 'live', [BARE]: 'live', [LAST]: 'broken' } });
    await status(...RULES_ONLY);
    expect(operator.result.replaceAll(/\s+/g, ' ')).toContain('rule broken: iam-root-access-key-check in us-east-1: NoAvailableConfigurationRecorder');
  });

  it('that nobody looked into is unknown, not missing; by a role its own rule counts, whoever put it', async () => {
    const world = await open();
    await seal(world);
    await putRule('--exclude', FIRST);
    expect(await rulesOf()).toMatchObject({ exit: 2, rules: { [FIRST]: 'unknown', [LAST]: 'live' } });
    expect(await rulesOf('--member-role', 'SecurityAudit')).toMatchObject({ exit: 1, rules: { [FIRST]: 'missing' } });
    configIn(world, FIRST).rules.push(theirs);
    expect(await rulesOf('--member-role', 'SecurityAudit')).toMatchObject({ exit: 0, rules: { [FIRST]: 'live' } });
    configIn(world, FIRST).recorders = [{ ...RECORDER, isRecording: false }];
    expect(await rulesOf('--member-role', 'SecurityAudit')).toMatchObject({ exit: 1, rules: { [FIRST]: 'broken' } });
  });

  it('is unknown where the role may not enter', async () => {
    const world = await open();
    await seal(world);
    await putRule('--exclude', BARE);
    expect(await rulesOf('--member-role', 'SecurityAudit')).toMatchObject({ exit: 2, rules: { [BARE]: 'unknown' } });
  });

  it('without any rule of the organization is looked for in every account that may be entered', async () => {
    const world = await open();
    await seal(world);
    expect(await rulesOf('--member-role', 'SecurityAudit')).toEqual({ exit: 1, rules: { [MANAGER]: 'missing', [FIRST]: 'missing', [BARE]: 'unknown', [LAST]: 'missing' } });
  });
});

describe('what may not be read', () => {
  it.each([
    ['the policies', 'organizations:ListTargetsForPolicy', '? unknown'],
    ['the tree', 'organizations:ListRoots', 'organizations:ListAccountsForParent'],
    ['trusted access', 'organizations:ListAWSServiceAccessForOrganization', 'trusted ? unknown'],
    ['the rules of the organization', 'config:DescribeOrganizationConfigRules', 'config:DescribeOrganizationConfigRules in'],
    ['event rules', 'events:DescribeRule', '? unknown'],
  ])('%s: the rest is told all the same, and it ends with 2', async (_what, operation, text) => {
    const world = await open();
    await seal(world);
    await putRule();
    await putAlerts(world);
    world.faults.push({ kind: 'access-denied', operation, skip: 0, remaining: 999 });
    expect(await status(), operator.output.slice(-2_000)).toBe(2);
    expect(operator.result).toContain(text);
    expect(operator.result).toContain('Alerts on root in 111122223333');
  });

  it('does not hide what is surely missing: 1 beats 2', async () => {
    const world = await open();
    world.faults.push({ kind: 'access-denied', operation: 'config:DescribeOrganizationConfigRules', skip: 0, remaining: 999 });
    expect(await status('--no-alerts')).toBe(1);
  });

  it('is 4 where the credentials are no good at all', async () => {
    const world = await open();
    Object.assign(world.profiles['admin'] ?? {}, { accessKeyId: 'AKIAEXAMPLENOBODY001' });
    expect(await status()).toBe(4);
  });
});
