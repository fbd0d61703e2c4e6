/** A rollout over an organization: wave by wave, each tried and watched; stopped where it should, with what is attached kept, and undone exactly. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/instant.ts';
import type { GuardPlan } from '../../src/domain/guard-plan.ts';
import { parseGuardPlan } from '../../src/commands/guard-plan-file.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import { KEY, nightlyBackup, once } from '../../src/simulator/scenarios/cast.ts';
import { SANDBOX_UNIT } from '../../src/simulator/scenarios/large-organization.ts';
import type { RootCall } from '../../src/simulator/world.ts';
import { addPolicy, attachmentsOf, MEMBER_ROLE, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { closeOperator, lastProblem, newestRun, openOperator, readRunFile, sha256, type, type Operator } from '../support/operator.ts';

const NAME = 'rootzero-deny-root-user';
const shipped = (): Promise<string> => readFile('policies/scp/deny-root-user/policy.json', 'utf8');

let operator: Operator;
afterEach(() => closeOperator(operator));

async function open(furnish: (given: OrganizationWorld) => void | Promise<void> = () => undefined): Promise<OrganizationWorld> {
  const given = openOrganizationWorld();
  await furnish(given);
  operator = await openOperator(given.world);
  return given;
}

async function preview(...options: string[]): Promise<GuardPlan> {
  const path = join(operator.directory, 'rollout.json');
  expect(await type(operator, ['guard', 'preview', '--out', path, ...options]), operator.output).toBe(0);
  return parseGuardPlan(JSON.parse(await readFile(path, 'utf8')), sha256);
}
const apply = async (plan: GuardPlan, ...options: string[]): Promise<number | 'crashed'> =>
  type(operator, ['guard', 'apply', join(operator.directory, 'rollout.json'), '--approve', plan.digest, ...options]);
/** To its end, or to where it stops. */
async function rollOut(...options: string[]): Promise<{ plan: GuardPlan; exit: number | 'crashed' }> {
  const plan = await preview('--member-role', MEMBER_ROLE, ...options);
  return { plan, exit: await apply(plan, '--wait') };
}
const operations = (): string[] => operator.world.effects.map(({ operation }) => operation);
const targetsOf = (plan: GuardPlan): string[][] => plan.waves.map(({ targets }) => targets.map(({ id }) => id));
const sealedBy = (ids: string[]): Record<string, string[]> => Object.fromEntries([...ids].sort().map((id) => [id, [NAME]]));

/** A member of the second wave with a root key, and somebody who calls with it once the wave has reached it. */
function addKnock({ world, organization, members }: OrganizationWorld, hours: number, call: Partial<RootCall> = {}): string {
  const member = members.find(({ id, state }) => state === 'ACTIVE' && organization.parents[id] !== SANDBOX_UNIT && organization.units.find((unit) => unit.id === organization.parents[id])?.parentId === organization.rootId);
  if (member === undefined) throw new Error('no such member');
  addRootKey(world, member, { id: KEY, status: 'Active', createdAt: 0 });
  const unit = organization.parents[member.id] ?? '';
  world.agenda.push({ kind: 'after-attachment', at: 0, targetId: unit, follow: [once({ ...nightlyBackup(member.id, KEY), ...call }, hours * HOUR_MS)] });
  return unit;
}

describe('to its end', () => {
  it('switches central root access on, makes one policy, and attaches it from the sandbox outwards, each account sealed', async () => {
    const { world, organization } = await open();
    const { plan, exit } = await rollOut();
    expect(exit, operator.output.slice(-2_000)).toBe(0);
    expect(operations()).toEqual(['EnableAWSServiceAccess', 'EnableOrganizationsRootCredentialsManagement', 'CreatePolicy', ...targetsOf(plan).flat().map(() => 'AttachPolicy')]);
    expect(world.effects.slice(3).map(({ target }) => target.split('@')[1])).toEqual(targetsOf(plan).flat());
    expect(attachmentsOf(organization)).toEqual(sealedBy(targetsOf(plan).flat()));
    expect(await type(operator, ['guard', 'status', '--no-config', '--no-alerts'])).toBe(0);
  });

  it('watches each wave for its time and the latency of events before the next begins', async () => {
    const { world } = await open();
    const { plan } = await rollOut('--observe', '2h');
    const began = plan.waves.map(({ targets }) => world.effects.find(({ operation, target }) => operation === 'AttachPolicy' && target.endsWith(`@${targets[0]?.id}`))?.at ?? Number.NaN);
    for (const [index, at] of began.entries()) {
      const next = began[index + 1];
      if (next !== undefined) expect(next - at).toBeGreaterThanOrEqual(2 * HOUR_MS + 15 * MINUTE_MS);
    }
  });

  it('waits with 75 and goes on where it was, trying nothing twice that is behind it', async () => {
    await open();
    const plan = await preview('--member-role', MEMBER_ROLE);
    expect(await apply(plan)).toBe(75);
    expect(operations().filter((operation) => operation === 'AttachPolicy')).toHaveLength(1);
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(75);
    expect(await newestRun(operator)).toMatchObject({ state: 'waiting' });
    expect(await type(operator, ['resume'])).toBe(0);
    expect(operations().filter((operation) => operation === 'AttachPolicy')).toHaveLength(targetsOf(plan).flat().length);
  });

  it('comes through throttling, and through somebody else who changes the organization all the time', async () => {
    const { world, organization } = await open(({ world: before }) => {
      before.agenda.push({ kind: 'organization-change', at: before.now, everyMs: 40 * SECOND_MS, untilAt: before.now + 200 * HOUR_MS, takesMs: 15 * SECOND_MS, change: { kind: 'unrelated' } });
      for (const operation of ['organizations:AttachPolicy', 'organizations:ListPoliciesForTarget', 'sts:AssumeRoot']) before.faults.push({ kind: 'throttle', operation, skip: 1, remaining: 5 });
    });
    const { plan, exit } = await rollOut('--observe', '1h');
    expect(exit, operator.output.slice(-2_000)).toBe(0);
    expect(attachmentsOf(organization)).toEqual(sealedBy(targetsOf(plan).flat()));
    expect(world.events.some(({ detail }) => detail['errorCode'] === 'ConcurrentModificationException')).toBe(true);
    expect(world.faults.every(({ remaining }) => remaining === 0)).toBe(true);
  });

  it('says which accounts nobody could watch', async () => {
    await open(({ members }) => {
      const [first] = members;
      if (first !== undefined) first.roles = [];
    });
    expect((await rollOut()).exit).toBe(0);
    expect(operator.output).toMatch(/not done {3}watching 1 accounts for denied root calls:[^]{0,400}200001000003/);
  });

  it('replaces a quarantine policy: the new one on, tried, then the old one off; no account is loose in between', async () => {
    const old = (await shipped()).replace('DenyRootUserExceptAssumeRoot', 'Quarantine');
    const { world, organization, members } = await open(({ organization: of, members: [member] }) => {
      addPolicy(of, 'quarantine', old, member?.id ?? '', SANDBOX_UNIT);
    });
    const plan = await preview('--target', SANDBOX_UNIT, '--replace', 'quarantine', '--member-role', MEMBER_ROLE);
    expect(await apply(plan, '--wait')).toBe(0);
    expect(attachmentsOf(organization)).toEqual(sealedBy([SANDBOX_UNIT]));
    expect(operations().slice(-3)).toEqual(['AttachPolicy', 'DetachPolicy', 'DetachPolicy']);
    const run = await newestRun(operator);
    expect(await type(operator, ['rollback', run?.runId ?? ''])).toBe(0);
    expect(attachmentsOf(organization)).toEqual({ [members[0]?.id ?? '']: ['quarantine'], [SANDBOX_UNIT]: ['quarantine'] });
    expect(world.effects.slice(-6).map(({ operation }) => operation)).toEqual(['AttachPolicy', 'AttachPolicy', 'DetachPolicy', 'DeletePolicy', 'DisableOrganizationsRootCredentialsManagement', 'DisableAWSServiceAccess']);
  });
});

describe('the way back', () => {
  it('is exactly the attachments, policies and features of before, from anywhere', async () => {
    for (const stopAfter of ['canary', 'end'] as const) {
      const { organization } = await open((given) => {
        addPolicy(given.organization, 'theirs', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}]}', SANDBOX_UNIT);
      });
      const before = structuredClone(organization);
      const plan = await preview('--member-role', MEMBER_ROLE);
      expect(await apply(plan, ...(stopAfter === 'end' ? ['--wait'] : []))).toBe(stopAfter === 'end' ? 0 : 75);
      const run = await newestRun(operator);
      expect(await type(operator, ['rollback', run?.runId ?? ''])).toBe(0);
      expect({ ...organization, changing: undefined }).toEqual({ ...before, changing: undefined });
      await closeOperator(operator);
    }
    await open();
  });

  it('leaves alone what was there: trusted access, the feature, the policy', async () => {
    const { organization } = await open(async ({ organization: of }) => {
      Object.assign(of, { trustedServices: ['iam.amazonaws.com'], rootFeatures: ['RootCredentialsManagement'] });
      addPolicy(of, NAME, await shipped());
    });
    const before = structuredClone(organization);
    const plan = await preview();
    expect(await apply(plan)).toBe(75);
    expect(await type(operator, ['rollback'])).toBe(0);
    expect({ ...organization, changing: undefined }).toEqual({ ...before, changing: undefined });
  });
});

describe('the tripwire', () => {
  it.each([
    ['a job that nobody knew', {}],
    ['one knock with a leaked key', { service: 'iam', operation: 'CreateUser', region: 'us-east-1', isReadOnly: false, sourceIp: '198.51.100.77' }],
  ])('%s stops the wave, and everything stays attached', async (_name, call) => {
    let unit = '';
    const { organization, world } = await open((given) => {
      unit = addKnock(given, 3, call);
    });
    const { plan, exit } = await rollOut();
    const wave = targetsOf(plan).findIndex((ids) => ids.includes(unit));
    expect([exit, lastProblem(operator)]).toEqual([6, 'rollout/tripwire']);
    expect(wave).toBeGreaterThan(0);
    expect(attachmentsOf(organization)).toEqual(sealedBy(targetsOf(plan).slice(0, wave + 1).flat()));
    expect(world.events.filter(({ accessKeyId, detail }) => accessKeyId === KEY && detail['errorCode'] === undefined)).toEqual([]);
    // Unattended it stops again and again: knocking more does not open the door.
    expect(await type(operator, ['resume'])).toBe(6);
    expect(operations()).not.toContain('DetachPolicy');
  });

  it('is seen early by somebody who comes back early', async () => {
    await open(({ world, members: [first] }) => {
      if (first === undefined) return;
      addRootKey(world, first, { id: KEY, status: 'Active', createdAt: 0 });
      world.agenda.push({ kind: 'after-attachment', at: 0, targetId: SANDBOX_UNIT, follow: [once(nightlyBackup(first.id, KEY), HOUR_MS)] });
    });
    const plan = await preview('--member-role', MEMBER_ROLE);
    expect(await apply(plan)).toBe(75);
    operator.world.now += 2 * HOUR_MS;
    expect(await type(operator, ['resume'], { isWaiting: false })).toBe(6);
  });

  it('does not stop for a caller that was accepted, nor for our own sessions', async () => {
    const { world } = await open((given) => {
      addKnock(given, 3);
      const member = Object.values(given.world.accounts).find(({ root }) => root.keys.length > 0);
      given.world.agenda.push(once(nightlyBackup(member?.id ?? '', KEY), given.world.now - 48 * HOUR_MS));
    });
    expect(await type(operator, ['guard', 'preview', '--member-role', MEMBER_ROLE, '-o', 'json'])).toBe(6);
    const { replay } = parseGuardPlan(JSON.parse(operator.result), sha256);
    expect((await rollOut('--accept', `${replay?.callers[0]?.fingerprint}=moves next week`)).exit, operator.output.slice(-1_500)).toBe(0);
    expect(world.events.some(({ accessKeyId, detail }) => accessKeyId === KEY && detail['errorCode'] === 'AccessDenied')).toBe(true);
  });
});

describe('the waves before', () => {
  /** Of the first wave: a member, and somebody who calls with its root key some hours after a later wave has begun. */
  async function openWithLateKnock(wave: number, hours: number): Promise<{ plan: GuardPlan; organization: OrganizationWorld['organization'] }> {
    const { world, organization, members: [first] } = await open();
    const plan = await preview('--member-role', MEMBER_ROLE);
    const later = targetsOf(plan)[wave - 1]?.[0];
    if (first === undefined || later === undefined) throw new Error('too small');
    addRootKey(world, first, { id: KEY, status: 'Active', createdAt: 0 });
    world.agenda.push({ kind: 'after-attachment', at: 0, targetId: later, follow: [once(nightlyBackup(first.id, KEY), hours * HOUR_MS)] });
    return { plan, organization };
  }

  it.each([['the next begins', 2], ['the run is called done', 3]])('are watched on: a call denied in the first wave during a later one stops it before %s', async (_before, wave) => {
    const { plan, organization } = await openWithLateKnock(wave, 5);
    expect(targetsOf(plan)).toHaveLength(3);
    expect([await apply(plan, '--wait'), lastProblem(operator)]).toEqual([6, 'rollout/tripwire']);
    expect(attachmentsOf(organization)).toEqual(sealedBy(targetsOf(plan).slice(0, wave).flat()));
    // Coming back is no answer: the same call is seen again.
    expect([await type(operator, ['resume']), lastProblem(operator)]).toEqual([6, 'rollout/tripwire']);
    expect(operations()).not.toContain('DetachPolicy');
  });

  it('cost one look for each wave that follows', async () => {
    await open();
    const { plan } = await rollOut();
    const [first, last] = plan.actions.flatMap((action) => (action.kind === 'observe' && [1, 3].includes(action.wave) ? action.accounts.slice(0, 1) : []));
    const looks = (account = ''): number => new Set(operator.calls
      .filter(({ command, action, caller }) => command === 'guard-apply' && action === 'cloudtrail:LookupEvents' && caller.accountId === account)
      .map(({ input }) => String(input['EndTime']))).size;
    // Each wave is looked at now and then while it is observed; the waves before only once, at its end.
    expect(looks(first)).toBe(looks(last) + 2);
  });
});

describe('our own probe', () => {
  it('refused because of our policy: detached at once, stopped; what was attached before stays', async () => {
    let unit = '';
    const { organization } = await open(({ organization: of, members }) => {
      unit = of.units.find(({ id, parentId }) => id !== SANDBOX_UNIT && parentId === of.rootId && members.some((member) => of.parents[member.id] === id))?.id ?? '';
      of.unmarkedAssumedRoots = members.filter(({ id }) => of.parents[id] === unit).map(({ id }) => id);
    });
    const { plan, exit } = await rollOut();
    const before = targetsOf(plan).flat();
    expect([exit, lastProblem(operator)]).toEqual([6, 'rollout/probe-refused']);
    expect(operator.output).toContain('what was refused works again');
    expect(attachmentsOf(organization)).toEqual(sealedBy(before.slice(0, before.indexOf(unit))));
    expect(operations().at(-1)).toBe('DetachPolicy');
    // Going on does not attach it once more.
    expect(await type(operator, ['resume'])).toBe(6);
    expect(operations().filter((operation) => operation === 'DetachPolicy')).toHaveLength(1);
    expect(attachmentsOf(organization)).not.toHaveProperty(unit);
  });

  it('refused already before: nothing is attached there', async () => {
    const { organization } = await open(({ world }) => {
      world.faults.push({ kind: 'access-denied', operation: 'sts:AssumeRoot', skip: 0, remaining: 99 });
    });
    const { exit } = await rollOut();
    expect([exit, lastProblem(operator)]).toEqual([6, 'rollout/refused-before']);
    expect(attachmentsOf(organization)).toEqual({});
    operator.world.faults = [];
    expect(await type(operator, ['resume'])).toBe(0);
  });

  it('of an ordinary role too, where the policy turns out to deny it', async () => {
    const { organization } = await open();
    const path = join(operator.directory, 'wide.json');
    // Meant for whoever is no person; nothing in its text tells what a role is tagged with.
    await writeFile(path, JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { Null: { 'aws:AssumedRoot': 'true' }, StringNotEquals: { 'aws:PrincipalTag/kind': 'person' } } }] }));
    const { exit } = await rollOut('--policy', path);
    expect([exit, lastProblem(operator)]).toEqual([6, 'rollout/probe-refused']);
    expect(operator.output).toContain(`Role ${MEMBER_ROLE} of`);
    expect(attachmentsOf(organization)).toEqual({});
  });

  it('that cannot be made says nothing: the run stops, and what is attached stays', async () => {
    const { organization } = await open();
    const plan = await preview();
    operator.world.faults.push({ kind: 'access-denied', operation: 'iam:ListAccessKeys', skip: 0, remaining: 0 }, { kind: 'server-error', operation: 'iam:ListAccessKeys', skip: 1, remaining: 99 });
    expect(await apply(plan)).toBe(2);
    expect(attachmentsOf(organization)).toEqual(sealedBy([SANDBOX_UNIT]));
    operator.world.faults = [];
    expect(await type(operator, ['resume'])).toBe(0);
  });
});

describe('a plan', () => {
  it('is refused without its digest where nobody can be asked, and with another', async () => {
    const { world } = await open();
    await preview();
    const path = join(operator.directory, 'rollout.json');
    expect([await type(operator, ['guard', 'apply', path]), lastProblem(operator)]).toEqual([3, 'plan/not-approved']);
    expect([await type(operator, ['guard', 'apply', path, '--approve', '0'.repeat(64)]), lastProblem(operator)]).toEqual([3, 'plan/wrong-digest']);
    expect([await type(operator, ['guard', 'apply']), lastProblem(operator)]).toEqual([3, 'plan/not-approved']);
    expect(world.effects).toEqual([]);
  });

  it.each<[string, (given: OrganizationWorld) => void | Promise<void>]>([
    ['a target moved', ({ organization }) => { organization.units = organization.units.map((unit) => (unit.id === SANDBOX_UNIT ? { ...unit, parentId: organization.units[1]?.id ?? '' } : unit)); }],
    ['a target is gone', ({ organization }) => { organization.units = organization.units.filter(({ id }) => id !== 'ou-ex4m-unit0004'); }],
    ['somebody made a policy of that name', ({ organization }) => void addPolicy(organization, NAME, '{"Version":"2012-10-17","Statement":[]}')],
    ['a policy appeared that blocks root sessions', async ({ organization }) => void addPolicy(organization, 'strict', await readFile('policies/scp/deny-root-user-strict/policy.json', 'utf8'), organization.rootId)],
    ['service control policies were switched off', ({ organization }) => { organization.isScpEnabled = false; }],
  ])('is stale once %s, before anything is written', async (_name, change) => {
    const given = await open();
    const plan = await preview();
    await change(given);
    expect([await apply(plan), lastProblem(operator)]).toEqual([6, 'plan/stale']);
    expect(given.world.effects).toEqual([]);
  });

  it('of another organization is refused', async () => {
    const given = await open();
    const plan = await preview();
    Object.assign(given.organization, { id: 'o-another0rg1' });
    expect([await apply(plan), lastProblem(operator)]).toEqual([6, 'plan/stale']);
    expect(given.world.effects).toEqual([]);
  });

  it('keeps other runs off the organization until it is over, and leaves a before-image', async () => {
    await open();
    const plan = await preview();
    expect(await apply(plan)).toBe(75);
    expect([await apply(plan), lastProblem(operator)]).toEqual([6, 'run/unfinished']);
    const run = await newestRun(operator);
    expect(JSON.parse(await readRunFile(operator, run?.runId ?? '', 'before.json'))).toMatchObject({ isIamTrusted: false, policies: [{ name: 'FullAWSAccess' }] });
  });

  it('moves to another machine and goes on there', async () => {
    await open();
    const plan = await preview();
    expect(await apply(plan)).toBe(75);
    const run = await newestRun(operator);
    const file = join(operator.directory, 'run.json');
    expect(await type(operator, ['run', 'export', run?.runId ?? '', '--out', file])).toBe(0);
    expect(await type(operator, ['resume', run?.runId ?? ''])).toBe(6);
    const { directory } = operator;
    operator.directory = join(directory, 'elsewhere');
    expect(await type(operator, ['run', 'import', file])).toBe(0);
    expect(await type(operator, ['resume'])).toBe(0);
    operator.directory = directory;
  });
});
