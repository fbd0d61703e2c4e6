/** `guard remove`: takes off what rootzero put on, known by its name and content or by its runs, and nothing else. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SANDBOX_UNIT } from '../../src/simulator/scenarios/large-organization.ts';
import { parseGuardPlan } from '../../src/commands/guard-plan-file.ts';
import { addPolicy, attachmentsOf, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { closeOperator, newestRun, openOperator, sha256, type, type Operator } from '../support/operator.ts';

const NAME = 'rootzero-deny-root-user';
const shipped = (): Promise<string> => readFile('policies/scp/deny-root-user/policy.json', 'utf8');
const OTHER = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}]}';

let operator: Operator;
afterEach(() => closeOperator(operator));

async function open(furnish: (given: OrganizationWorld) => Promise<void>): Promise<OrganizationWorld> {
  const given = openOrganizationWorld();
  await furnish(given);
  operator = await openOperator(given.world);
  return given;
}
async function remove(...options: string[]): Promise<number | 'crashed'> {
  const path = join(operator.directory, 'removal.json');
  const exit = await type(operator, ['guard', 'remove', '--out', path, ...options]);
  if (exit !== 0) return exit;
  const plan = parseGuardPlan(JSON.parse(await readFile(path, 'utf8')), sha256);
  return plan.actions.length === 0 ? 0 : type(operator, ['guard', 'apply', path, '--approve', plan.digest]);
}

describe('guard remove', () => {
  it('detaches our policy everywhere, the widest first, and deletes it', async () => {
    const { organization, world } = await open(async ({ organization: of, members: [first] }) => {
      addPolicy(of, NAME, await shipped(), first?.id ?? '', SANDBOX_UNIT, of.rootId);
      addPolicy(of, 'theirs', OTHER, SANDBOX_UNIT);
    });
    expect(await remove(), operator.output.slice(-1_500)).toBe(0);
    expect(attachmentsOf(organization)).toEqual({ [SANDBOX_UNIT]: ['theirs'] });
    expect(organization.policies.map(({ name }) => name)).toEqual(['FullAWSAccess', 'theirs']);
    expect(world.effects.map(({ operation, target }) => `${operation} ${target.split('@')[1] ?? ''}`.trim())).toEqual([`DetachPolicy ${organization.rootId}`, `DetachPolicy ${SANDBOX_UNIT}`, expect.stringMatching(/^DetachPolicy \d{12}$/), 'DeletePolicy']);
  });

  it('from one target only leaves it attached elsewhere', async () => {
    const { organization } = await open(async ({ organization: of }) => void addPolicy(of, NAME, await shipped(), SANDBOX_UNIT, 'ou-ex4m-unit0002'));
    expect(await remove('--target', SANDBOX_UNIT)).toBe(0);
    expect(attachmentsOf(organization)).toEqual({ 'ou-ex4m-unit0002': [NAME] });
  });

  it('leaves a policy of our name alone whose content is another, and says so', async () => {
    const { organization, world } = await open(async ({ organization: of }) => void addPolicy(of, NAME, OTHER, SANDBOX_UNIT));
    expect(await remove()).toBe(0);
    expect(operator.output).toMatch(/its content is\s+not what rootzero attached/);
    expect(attachmentsOf(organization)).toEqual({ [SANDBOX_UNIT]: [NAME] });
    expect(world.effects).toEqual([]);
  });

  it('knows a policy of one\'s own by the run that attached it', async () => {
    const { organization } = await open(() => Promise.resolve());
    const file = join(operator.directory, 'ours.json');
    await writeFile(file, (await shipped()).replace('DenyRootUserExceptAssumeRoot', 'Ours'));
    expect(await type(operator, ['guard', 'preview', '--policy', file, '--target', SANDBOX_UNIT, '--out', join(operator.directory, 'rollout.json')])).toBe(0);
    const { digest } = parseGuardPlan(JSON.parse(await readFile(join(operator.directory, 'rollout.json'), 'utf8')), sha256);
    expect(await type(operator, ['guard', 'apply', join(operator.directory, 'rollout.json'), '--approve', digest, '--wait'])).toBe(0);
    expect(attachmentsOf(organization)).toEqual({ [SANDBOX_UNIT]: ['rootzero-ours'] });
    expect(await remove()).toBe(0);
    expect(attachmentsOf(organization)).toEqual({});
  });

  it('can be rolled back: policy and attachments are there again', async () => {
    const { organization } = await open(async ({ organization: of }) => void addPolicy(of, NAME, await shipped(), SANDBOX_UNIT, 'ou-ex4m-unit0002'));
    expect(await remove()).toBe(0);
    expect(organization.policies.map(({ name }) => name)).not.toContain(NAME);
    const run = await newestRun(operator);
    expect(await type(operator, ['rollback', run?.runId ?? '']), operator.output.slice(-1_500)).toBe(0);
    expect(attachmentsOf(organization)).toEqual({ 'ou-ex4m-unit0002': [NAME], [SANDBOX_UNIT]: [NAME] });
  });
});
