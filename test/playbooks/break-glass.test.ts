/** Break-glass: one account open for a while, everybody else sealed all the time, and sealed again by hand, by AWS, or by going on. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import { KEY, nightlyBackup, once } from '../../src/simulator/scenarios/cast.ts';
import { SANDBOX_UNIT } from '../../src/simulator/scenarios/large-organization.ts';
import type { World } from '../../src/simulator/world.ts';
import { addPolicy, attachmentsOf, MANAGEMENT_ACCOUNT, MEMBER_ROLE, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { answering, closeOperator, lastProblem, newestRun, openOperator, readRunFile, type, type Operator } from '../support/operator.ts';

const NAME = 'rootzero-deny-root-user';
const shipped = (): Promise<string> => readFile('policies/scp/deny-root-user/policy.json', 'utf8');
const [ACCOUNT, NEIGHBOUR] = ['200001000003', '200002000006'];
const REASON = ['--reason', 'MFA delete on a bucket; agreed with J. Doe'];

let operator: Operator;
afterEach(() => closeOperator(operator));

/** The organization sealed at its root and, once more, at the sandbox; two accounts of the sandbox have root keys to try with. */
async function open(furnish: (given: OrganizationWorld) => void | Promise<void> = () => undefined): Promise<OrganizationWorld> {
  const given = openOrganizationWorld();
  const { organization, world } = given;
  Object.assign(organization, { trustedServices: ['iam.amazonaws.com'], rootFeatures: ['RootCredentialsManagement'] });
  addPolicy(organization, NAME, await shipped(), organization.rootId, SANDBOX_UNIT);
  for (const [id, key] of [[ACCOUNT, KEY], [NEIGHBOUR, 'AKIAEXAMPLEROOT0NEXT']] as const) {
    const account = world.accounts[id];
    if (account !== undefined) addRootKey(world, account, { id: key, status: 'Active', createdAt: 0 });
  }
  await furnish(given);
  operator = await openOperator(world);
  return given;
}

/** Whether root of the account gets through at this moment of the world, or later. */
const canRoot = (world: World, account: string, laterMs = 0): boolean =>
  recordRootCall(structuredClone(world), nightlyBackup(account, account === ACCOUNT ? KEY : 'AKIAEXAMPLEROOT0NEXT'), world.now + laterMs);
const sealed = { [SANDBOX_UNIT]: [NAME], 'r-ex4m': [NAME] };

describe('breakglass open', () => {
  it('opens one account and no other, and AWS closes it when the time is up', async () => {
    const { world } = await open();
    expect(canRoot(world, ACCOUNT)).toBe(false);
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--for', '1h', '--yes', ...REASON]), operator.output.slice(-1_500)).toBe(75);
    expect([canRoot(world, ACCOUNT), canRoot(world, NEIGHBOUR)]).toEqual([true, false]);
    expect([canRoot(world, ACCOUNT, HOUR_MS - 5 * MINUTE_MS), canRoot(world, ACCOUNT, HOUR_MS + MINUTE_MS)]).toEqual([true, false]);
    expect(operator.output).toContain('rootzero breakglass close');
    expect(await type(operator, ['guard', 'status'])).toBe(1);
    expect(operator.result).toContain(`(${ACCOUNT})  ⚠ open`);
  });

  it('keeps the neighbours sealed at every step of the way, there and back', async () => {
    const { world } = await open();
    const loose: string[] = [];
    const watch = (): boolean => {
      if (canRoot(world, NEIGHBOUR)) loose.push('neighbour');
      return false;
    };
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', ...REASON], { crashOn: watch })).toBe(75);
    expect(await type(operator, ['breakglass', 'close'], { crashOn: watch })).toBe(0);
    expect(loose).toEqual([]);
  });

  it('is for a person, or says yes; never longer than half a day, never without a reason', async () => {
    const { world } = await open();
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, ...REASON])).toBe(3);
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', '--reason', ' '])).toBe(3);
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', '--for', '13h', ...REASON])).toBe(3);
    expect(await type(operator, ['breakglass', 'open', 'payments', '--yes', ...REASON])).toBe(3);
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, ...REASON], { ask: answering({ 'guard/carry-out': 'no' }) })).toBe(5);
    expect(world.effects).toEqual([]);
  });

  it.each<[string, string, (given: OrganizationWorld) => void | Promise<void>, string]>([
    ['the management account, which nothing binds', MANAGEMENT_ACCOUNT, () => undefined, 'breakglass/not-liftable'],
    ['an account that Control Tower seals too', ACCOUNT, async ({ organization }) => void addPolicy(organization, 'aws-guardrails-XmvkYd', await shipped(), SANDBOX_UNIT), 'breakglass/not-liftable'],
    ['an account that nothing seals', ACCOUNT, ({ organization }) => { organization.attachments = Object.fromEntries(Object.keys(organization.attachments).map((id) => [id, ['p-FullAWSAccess']])); }, 'breakglass/not-sealed'],
    ['an account whose unit has no slot left', ACCOUNT, ({ organization }) => { for (let index = 0; index < 8; index += 1) addPolicy(organization, `team-${index}`, '{"Version":"2012-10-17","Statement":[]}', SANDBOX_UNIT); }, 'guardrail/no-slot'],
  ])('refuses %s', async (_name, account, furnish, code) => {
    const { world } = await open(furnish);
    expect([await type(operator, ['breakglass', 'open', account, '--yes', ...REASON]), lastProblem(operator)]).toEqual([6, code]);
    expect(world.effects).toEqual([]);
  });
});

describe('breakglass close', () => {
  it('seals again at once, proves it, and leaves no trace but the record', async () => {
    const { world, organization } = await open(({ world: before }) => {
      before.agenda.push(once(nightlyBackup(ACCOUNT, KEY), before.now + 20 * MINUTE_MS));
    });
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', '--member-role', MEMBER_ROLE, ...REASON])).toBe(75);
    world.now += 40 * MINUTE_MS;
    expect(await type(operator, ['breakglass', 'close']), operator.output.slice(-1_500)).toBe(0);
    expect(canRoot(world, ACCOUNT)).toBe(false);
    expect(attachmentsOf(organization)).toEqual(sealed);
    expect(organization.policies.map(({ name }) => name)).toEqual(['FullAWSAccess', NAME]);
    expect(operator.output).toContain(`✔ ${ACCOUNT} is sealed`);
    expect(operator.output).toMatch(/root events seen so far: 1, of them denied: 0/);
    const run = await newestRun(operator);
    expect(JSON.parse(await readRunFile(operator, run?.runId ?? '', 'deeds.json'))).toMatchObject({ events: [{ name: 'ListBuckets' }] });
    expect(await readRunFile(operator, run?.runId ?? '', 'plan.json')).toContain('agreed with J. Doe');
  });

  it('is what going on does once the time is up', async () => {
    const { world, organization } = await open();
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--for', '15m', '--yes', ...REASON])).toBe(75);
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(75);
    world.now += 16 * MINUTE_MS;
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(0);
    expect(attachmentsOf(organization)).toEqual(sealed);
  });

  it('is what rolling back does, too', async () => {
    const { organization } = await open();
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', ...REASON])).toBe(75);
    expect(await type(operator, ['rollback'])).toBe(0);
    expect(attachmentsOf(organization)).toEqual(sealed);
    expect(organization.policies.map(({ name }) => name)).toEqual(['FullAWSAccess', NAME]);
  });

  it('does not call it sealed when somebody took the seal off meanwhile', async () => {
    const { organization } = await open();
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', ...REASON])).toBe(75);
    const opening = organization.policies.find(({ name }) => name.startsWith('rootzero-break-glass'))?.id ?? '';
    organization.attachments[ACCOUNT]?.push(opening);
    expect(await type(operator, ['breakglass', 'close'])).toBe(6);
  });

  it('without an opening on record says that AWS closes by itself', async () => {
    await open();
    expect([await type(operator, ['breakglass', 'close']), lastProblem(operator)]).toEqual([3, 'state/no-run']);
    expect(operator.output).toContain('AWS closes each when its time is up');
  });
});

describe('breakglass drill', () => {
  it('opens and closes in one go, and ends sealed', async () => {
    const { world, organization } = await open();
    expect(await type(operator, ['breakglass', 'drill', ACCOUNT, '--yes', '--reason', 'quarterly drill']), operator.output.slice(-1_500)).toBe(0);
    expect(attachmentsOf(organization)).toEqual(sealed);
    expect(world.effects.map(({ operation }) => operation)).toEqual([
      'CreatePolicy', 'AttachPolicy', 'DetachPolicy', 'AttachPolicy', 'DetachPolicy', 'AttachPolicy', 'DetachPolicy', 'AttachPolicy', 'DetachPolicy', 'DeletePolicy',
    ]);
  });

  it('crashed at any point is brought to its end by going on', async () => {
    for (let point = 1; ; point += 1) {
      const { world, organization } = await open();
      const exit = await type(operator, ['breakglass', 'drill', ACCOUNT, '--yes', '--reason', 'drill'], { crashAt: point });
      if (exit === 0) {
        expect(point).toBeGreaterThan(60);
        return;
      }
      expect(exit).toBe('crashed');
      const run = await newestRun(operator);
      // What crashed before the run began left nothing behind.
      if (run === null) expect(world.effects).toEqual([]);
      else {
        expect(await type(operator, ['resume', run.runId]), `crash at ${point}\n${operator.output.slice(-1_500)}`).toBe(0);
        expect(world.effects).toHaveLength(10);
      }
      expect(attachmentsOf(organization)).toEqual(sealed);
      await closeOperator(operator);
    }
  });
});
