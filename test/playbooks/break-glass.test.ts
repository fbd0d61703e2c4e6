/** Break-glass: one account open for a while, everybody else sealed all the time, and sealed again by hand, by AWS, or by going on. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import { KEY, nightlyBackup, once } from '../../src/simulator/scenarios/cast.ts';
import { SANDBOX_UNIT } from '../../src/simulator/scenarios/large-organization.ts';
import { alertingOf } from '../../src/simulator/alerting.ts';
import type { Alerting } from '../../src/simulator/world-alerting.ts';
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

describe('whether a page would come', () => {
  const DRILL = ['breakglass', 'drill', ACCOUNT, '--yes', '--reason', 'quarterly drill'];
  const alertsIn = (world: World, id: string): Alerting => {
    const account = world.accounts[id];
    if (account === undefined) throw new Error(`no account ${id}`);
    return alertingOf(account);
  };
  /** Alerts of the management account, with its trail, as `guard alerts apply` makes them. */
  async function openWithAlerts(isConfirmed: boolean): Promise<OrganizationWorld> {
    const given = await open();
    const { world } = given;
    alertsIn(world, MANAGEMENT_ACCOUNT).trails.push({ name: 'organization', arn: `arn:aws:cloudtrail:us-east-1:${MANAGEMENT_ACCOUNT}:trail/organization`, homeRegion: 'us-east-1', isMultiRegion: true, isOrganizationTrail: true, isLogging: true, managementEvents: 'All' });
    expect(await type(operator, ['guard', 'alerts', 'apply', '--page-to', 'oncall@example.com', '--note-to', 'sec@example.com']), operator.output.slice(-2_000)).toBe(0);
    for (const { subscriptions } of alertsIn(world, MANAGEMENT_ACCOUNT).topics) for (const subscription of subscriptions) subscription.isConfirmed = isConfirmed;
    return given;
  }
  const outlook = async (): Promise<{ alerting: string; parts: { kind: string; state: string; because: string[] }[]; unproved: string[] }> =>
    JSON.parse(await readRunFile(operator, (await newestRun(operator))?.runId ?? '', 'page.json'));
  const said = (): string => operator.output.replaceAll(/\s+/g, ' ');

  it('is said after a drill, and kept: no alerts, no page; the drill is done all the same', async () => {
    await open();
    expect(await type(operator, DRILL)).toBe(0);
    expect(said()).toContain('missing event rule alerts on root');
    expect(await outlook()).toMatchObject({ alerting: MANAGEMENT_ACCOUNT, parts: [{ state: 'missing' }] });
  });

  it('by the alerts of the management account, where the rules match and somebody has confirmed; the forwarding is not proved', async () => {
    const { world } = await openWithAlerts(true);
    const pages = (): number => (world.deliveries ?? []).filter(({ topicArn }) => topicArn.endsWith('rootzero-root-page')).length;
    const before = pages();
    expect(await type(operator, DRILL)).toBe(0);
    const { parts, unproved } = await outlook();
    expect(parts.filter(({ state }) => state !== 'live')).toEqual([]);
    expect(parts.length).toBeGreaterThan(3);
    expect(unproved.join(' ')).toContain(`that events of ${ACCOUNT} are forwarded to ${MANAGEMENT_ACCOUNT}`);
    expect(unproved.join(' ')).toContain('only a sign-in as root shows');
    expect(pages()).toBe(before);
  });

  it('not while nobody has confirmed the subscription, nor by a rule that somebody bent', async () => {
    const { world } = await openWithAlerts(false);
    const rule = alertsIn(world, MANAGEMENT_ACCOUNT).rules.find(({ name }) => name === 'rootzero-root-signin-page');
    if (rule !== undefined) rule.pattern = '{"detail-type":["never"]}';
    expect(await type(operator, DRILL)).toBe(0);
    const { parts } = await outlook();
    expect(parts.filter(({ kind, state }) => kind === 'topic' && state === 'broken')).not.toEqual([]);
    expect(parts.at(-1)).toMatchObject({ state: 'broken', because: expect.arrayContaining([expect.stringContaining('is not matched')]) });
  });

  it('by the alerts of the account itself, where a role finds them there', async () => {
    const { world } = await openWithAlerts(true);
    const member = world.accounts[ACCOUNT];
    if (member === undefined) throw new Error('no member');
    Object.assign(alertingOf(member), JSON.parse(JSON.stringify(alertsIn(world, MANAGEMENT_ACCOUNT)).replaceAll(MANAGEMENT_ACCOUNT, ACCOUNT)));
    expect(await type(operator, [...DRILL, '--member-role', MEMBER_ROLE])).toBe(0);
    expect(await outlook()).toMatchObject({ alerting: ACCOUNT, isForwarded: false });
    expect((await outlook()).unproved).toEqual([expect.stringContaining('only a sign-in as root shows')]);
  });

  it('is a question for whoever is on call, once root has really signed in', async () => {
    const { world } = await open();
    expect(await type(operator, ['breakglass', 'open', ACCOUNT, '--yes', ...REASON, '--member-role', MEMBER_ROLE])).toBe(75);
    world.now += 5 * MINUTE_MS;
    recordRootCall(world, { accountId: ACCOUNT, accessKeyId: KEY, service: 'signin', operation: 'ConsoleLogin', region: 'us-east-1', sourceIp: '203.0.113.9', userAgent: 'Mozilla/5.0', isReadOnly: false }, world.now);
    world.now += 20 * MINUTE_MS;
    expect(await type(operator, ['breakglass', 'close'])).toBe(0);
    expect(said()).toMatch(/root signed in at 2026-11-24 12:\d\dZ: a page must have come for it/);
  });
});
