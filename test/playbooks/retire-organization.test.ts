/** A plan over an organization carried out: what is refused, what is asked, what is proved, what comes back, and what others' tools get wrong. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttachPolicyCommand, DetachPolicyCommand, OrganizationsClient, UpdatePolicyCommand } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import type { Ask } from '../../src/ports/questions.ts';
import type { Ui } from '../../src/ports/ui.ts';
import { renderWorld } from '../../src/simulator/kept-world.ts';
import { accountNamed } from '../../src/simulator/scenarios/retire-organization.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import { recordRootCall } from '../../src/simulator/trail.ts';
import type { World } from '../../src/simulator/world.ts';
import { closeStage, openStageWorld, perform, repeatStage, worldOf, type Stage } from '../recovery/stage.ts';
import { change, endOf, memberOf, moveTo, planOrganization, statusOf, type PlannedStage } from '../support/organization-run.ts';
import { attachmentsOf } from '../support/organization-world.ts';
import { writeTrailLogs } from '../support/trail-logs.ts';

const QUARANTINE = 'rootzero-quarantine-root-user';
let planned: PlannedStage;
beforeAll(async () => { planned = await planOrganization(); }, 60_000);
afterAll(() => closeStage(planned.stage));

async function on(work: (stage: Stage) => Promise<void>, from: PlannedStage = planned): Promise<void> {
  const stage = await repeatStage(from.stage);
  try {
    await work(stage);
  } finally {
    await closeStage(stage);
  }
}
const apply = (stage: Stage, { path, plan }: PlannedStage = planned): Promise<number> => perform(stage, ['apply', path, '--approve', plan.digest]);
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');
/** Writes, by operation. */
const effectsOf = (world: World, ...operations: string[]): string[] => world.effects.filter(({ operation }) => operations.includes(operation)).map(({ target }) => target);
const deletedKeys = (world: World): number => effectsOf(world, 'DeleteAccessKey').length;
const quarantined = ({ organization }: World): string[] => (organization === undefined ? [] : Object.entries(attachmentsOf(organization)).filter(([, names]) => names.includes(QUARANTINE)).map(([target]) => target));
/** No policy, no attachment, no deletion. */
const expectUntouched = (stage: Stage): void => expect(worldOf(stage).effects).toEqual(worldOf(planned.stage).effects);

describe('before the first write, what differs from the plan refuses it', () => {
  const renameUnit = (world: World): void => { for (const unit of world.organization?.units ?? []) if (unit.name === 'business') unit.name = 'finance'; };
  const replaceKey = (world: World): void => { const [key] = memberOf(world, 'intranet').root.keys; if (key !== undefined) key.id = 'AKIAEXAMPLEREPLACED1'; };
  it.each<[string, (world: World) => void, string]>([
    ['an account that was moved', (world) => moveTo(world, 'mobile', 'ou-ex4m-sandbox1'), 'was moved from'],
    ['a unit that was renamed', renameUnit, 'business (ou-ex4m-business) is called finance now'],
    ['a key that was replaced', replaceKey, 'Key AKIAEXAMPLE13ROOT01Q is gone'],
    ['a key that was switched off', (world) => { for (const key of memberOf(world, 'search').root.keys) key.status = 'Inactive'; }, 'was active and is inactive now'],
    ['an account that left', (world) => { delete world.organization?.parents[accountNamed('warehouse')]; }, 'is no longer in the organization'],
  ])('%s', (_what, how, said) => on(async (stage) => {
    change(stage, how);
    expect(await apply(stage)).toBe(6);
    expect(flat(stage.output)).toContain(said);
    expect(stage.output).toContain('plan/stale');
    expectUntouched(stage);
  }));

  it('credentials of another organization', () => on(async (stage) => {
    change(stage, (world) => { if (world.organization !== undefined) world.organization.id = 'o-otherorgan1'; });
    expect(await apply(stage)).toBe(6);
    expect(stage.output).toContain('identity/other-organization');
    expectUntouched(stage);
  }));

  it('another digest than the plan\'s, and none where nobody can be asked', () => on(async (stage) => {
    expect(await perform(stage, ['apply', planned.path, '--approve', '0'.repeat(64)])).toBe(3);
    expect(await perform(stage, ['apply', planned.path])).toBe(3);
    expectUntouched(stage);
  }));
});

describe('a soak over an organization', () => {
  it('holds the canary alone, and deletes nothing before its deadline and the latency of events are over', () => on(async (stage) => {
    expect(await apply(stage)).toBe(75);
    expect(quarantined(worldOf(stage))).toEqual([accountNamed('sandbox-1')]);
    change(stage, (world) => { world.now += HOUR_MS + 14 * MINUTE_MS; });
    expect(await perform(stage, ['resume'], { attend: (ui) => ui, signal: AbortSignal.timeout(60_000) })).toBe(0);
    const { effects } = worldOf(stage);
    const [attached, removed] = ['AttachPolicy', 'DeleteAccessKey'].map((operation) => effects.find((effect) => effect.operation === operation)?.at ?? 0);
    expect((removed ?? 0) - (attached ?? 0)).toBeGreaterThanOrEqual(HOUR_MS + 15 * MINUTE_MS);
  }));

  it('says of whoever cannot be seen: accounts without a role, and denied data events', () => on(async (stage) => {
    await apply(stage);
    stage.output = '';
    await perform(stage, ['resume']);
    expect(flat(stage.output)).toContain('in 1 account nobody can read CloudTrail');
    expect(flat(stage.output)).toContain('a denied data event (S3 objects, Lambda) shows nowhere');
    expect(flat(stage.output)).toContain('watching 1 of 13 accounts for denied root calls');
  }));

  it('is broken by somebody unknown whose call was refused: the seal stays on that account, and the others finish', () => on(async (stage) => {
    await apply(stage);
    const [search] = memberOf(worldOf(stage), 'search').root.keys;
    change(stage, (world) => world.agenda.push({ kind: 'after-attachment', at: 0, targetId: accountNamed('search'), follow: [{ kind: 'root-call', at: 20 * MINUTE_MS, call: {
      accountId: accountNamed('search'), accessKeyId: search?.id ?? '', service: 'iam', operation: 'CreateUser', region: 'us-east-1', sourceIp: '198.51.100.77', userAgent: 'python-requests/2.31.0', isReadOnly: false, parameters: { userName: 'support2' },
    } }] }));
    expect(await perform(stage, ['resume'])).toBe(6);
    const { troubles, done } = await statusOf(stage);
    expect(troubles.map(({ account, code }) => [account, code])).toEqual([[accountNamed('search'), 'soak/root-use']]);
    expect(troubles[0]?.text).toContain('198.51.100.77');
    expect(done).toBe(planned.plan.accounts.length - 1);
    expect(quarantined(worldOf(stage))).toEqual([accountNamed('search')]);
    expect(memberOf(worldOf(stage), 'search').root.keys).toHaveLength(1);
  }));

  const target = { TargetId: accountNamed('sandbox-1') };
  const elsewhere = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}';
  it.each<[string, (client: OrganizationsClient, PolicyId: string, content: string, world: World) => Promise<unknown>]>([
    ['was taken off', (client, PolicyId) => client.send(new DetachPolicyCommand({ PolicyId, ...target }))],
    ['was taken off for a moment', async (client, PolicyId) => {
      await client.send(new DetachPolicyCommand({ PolicyId, ...target }));
      await client.send(new AttachPolicyCommand({ PolicyId, ...target }));
    }],
    ['said something else for a moment', async (client, PolicyId, content) => {
      await client.send(new UpdatePolicyCommand({ PolicyId, Content: elsewhere }));
      await client.send(new UpdatePolicyCommand({ PolicyId, Content: content }));
    }],
    ['was put on again once its account had left and come back', (client, PolicyId, _content, { organization }) => {
      const { TargetId } = target;
      if (organization !== undefined) organization.attachments[TargetId] = (organization.attachments[TargetId] ?? []).filter((id) => id !== PolicyId);
      return client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    }],
  ])('is broken by a quarantine that %s, as the management account\'s events tell, and nothing is deleted there', (_what, act) => on(async (stage) => {
    await apply(stage);
    const world = worldOf(stage);
    world.now += 20 * MINUTE_MS;
    const { requestHandler } = openSimulator({ world, clock: { now: () => world.now, sleep: () => Promise.resolve() } });
    const credentials = world.profiles['admin'];
    const policy = world.organization?.policies.find(({ name }) => name === QUARANTINE);
    if (credentials === undefined || policy === undefined) throw new Error('nothing to lift');
    await act(new OrganizationsClient({ region: credentials.region, requestHandler, credentials, maxAttempts: 1 }), policy.id, policy.content, world);
    stage.kept = renderWorld(world);
    expect(await perform(stage, ['resume'])).toBe(6);
    expect((await statusOf(stage)).troubles.map(({ account, code }) => [account, code])).toEqual([[accountNamed('sandbox-1'), 'soak/key-not-contained']]);
    expect(memberOf(worldOf(stage), 'sandbox-1').root.keys).toHaveLength(1);
  }));

  it('is watched by log files where no role reads: they name who it was, IAM\'s last use alone only that somebody was', async () => {
    const world = openStageWorld('retire-organization');
    memberOf(world, 'search').roles = [];
    const alone = await planOrganization(world, ['--account', accountNamed('search')]);
    await on(async (stage) => {
      await apply(stage, alone);
      const logs = join(stage.directory, 'logs');
      change(stage, (lent) => {
        lent.now += 40 * MINUTE_MS;
        const { id, root } = memberOf(lent, 'search');
        recordRootCall(lent, { accountId: id, accessKeyId: root.keys[0]?.id ?? '', service: 'iam', operation: 'ListUsers', region: 'us-east-1', sourceIp: '198.51.100.77', userAgent: 'curl/8', isReadOnly: true }, lent.now - 20 * MINUTE_MS);
      });
      writeTrailLogs(worldOf(stage), logs);
      expect(await perform(stage, ['resume'], { isWaiting: false })).toBe(6);
      expect((await statusOf(stage)).troubles[0]?.text).toContain('no event shows by whom');
      expect(await perform(stage, ['resume', '--logs', logs], { isWaiting: false }), stage.output.slice(-600)).toBe(6);
      expect((await statusOf(stage)).troubles[0]?.text).toContain('198.51.100.77');
      expect(quarantined(worldOf(stage))).toEqual([accountNamed('search')]);
    }, alone);
    await closeStage(alone.stage);
  }, 60_000);

  it('is not proved where the management account\'s events cannot be read, and nothing is deleted on it', () => on(async (stage) => {
    await apply(stage);
    change(stage, (world) => { for (const account of Object.values(world.accounts)) if (account.name === 'management') account.unreadableTrailRegions = account.regions.map(({ name }) => name); });
    expect(await perform(stage, ['resume'])).toBe(6);
    const { troubles } = await statusOf(stage);
    expect(new Set(troubles.map(({ code }) => code))).toEqual(new Set(['soak/not-proved']));
    expect(troubles).toHaveLength(13);
    expect(deletedKeys(worldOf(stage))).toBe(0);
    // What has no soak needs no proof.
    expect(memberOf(worldOf(stage), 'media').root.hasPassword).toBe(false);
    expect(memberOf(worldOf(stage), 'partners').root.hasPassword).toBe(true);
  }));
});

describe('at a terminal', () => {
  const asking = (stage: Stage, argv: readonly string[], ask: Ask): Promise<number> => perform(stage, argv, { attend: (ui: Ui) => ({ emit: (message) => ui.emit(message), ask }) });

  it('each wave and each kind is asked for by itself, and a no keeps the seal', () => on(async (stage) => {
    const asked: string[] = [];
    let isRefused = true;
    const ask = (async (code: string, about: { wave?: number; kind?: string; count?: number }) => {
      if (code === 'organization/carry-out') return 'yes';
      asked.push(`${about.wave} ${about.kind} ${about.count}`);
      return !(isRefused && about.kind === 'certificates');
    }) as Ask;
    expect(await asking(stage, ['apply', planned.path], ask)).toBe(75);
    expect(await asking(stage, ['resume'], ask)).toBe(75);
    expect(asked).toEqual(['1 keys 1', '2 keys 1', '3 keys 2', '4 keys 3', '4 certificates 1']);
    expect(memberOf(worldOf(stage), 'partners').root).toMatchObject({ keys: [], hasPassword: true, mfa: 'virtual', signingCertificates: 1 });
    isRefused = false;
    expect(await asking(stage, ['resume'], ask)).toBe(0);
    // What was confirmed and done is not asked again.
    expect(asked.slice(5)).toEqual(['4 certificates 1', '4 password 1', '4 mfa 1', '5 keys 2', '5 password 1', '5 mfa 1', '6 keys 6']);
  }));

  it('a no at the beginning changes nothing', () => on(async (stage) => {
    expect(await asking(stage, ['apply', planned.path], () => Promise.resolve('no'))).toBe(5);
    expectUntouched(stage);
  }));

  it('credentials that end midway are asked for, and the run goes on', () => on(async (stage) => {
    await apply(stage);
    let times = 0;
    let lent: World | null = null;
    const expire = (isOver: boolean): void => { for (const principal of lent?.principals ?? []) if (principal.kind === 'role') { if (isOver) principal.expiresAt = 0; else delete principal.expiresAt; } };
    const exit = await perform(stage, ['resume', '--approve', planned.plan.digest], {
      meet: (world) => { lent = world; },
      faults: { reach: (point, subject) => { if (point === 'step/after-act' && subject.includes(accountNamed('data')) && times === 0) expire(true); } },
      attend: (ui) => ({ emit: (message) => ui.emit(message), ask: ((code: string) => { times += 1; expire(false); return Promise.resolve(code === 'sign-in-again' ? 'again' : 'no'); }) }),
    });
    expect(times).toBe(1);
    expect(exit).toBe(0);
  }));
});

describe('without a terminal', () => {
  it('credentials that end midway end with 75, and resume goes on', () => on(async (stage) => {
    await apply(stage);
    let lent: World | null = null;
    const exit = await perform(stage, ['resume'], {
      meet: (world) => { lent = world; },
      faults: { reach: (point, subject) => { if (point === 'step/after-act' && subject.includes(accountNamed('data'))) for (const principal of lent?.principals ?? []) if (principal.kind === 'role') principal.expiresAt = 0; } },
    });
    expect(exit, stage.output.slice(-800)).toBe(75);
    expect(stage.output).toContain('run/signed-out');
    change(stage, (world) => { for (const principal of world.principals) delete principal.expiresAt; });
    expect(await perform(stage, ['resume'])).toBe(0);
  }));
});

describe('rollback', () => {
  it('takes the quarantine off every account, those in trouble too, deletes the policy, and says what is gone for good', () => on(async (stage) => {
    await apply(stage);
    change(stage, (world) => { for (const account of Object.values(world.accounts)) if (account.name === 'management') account.unreadableTrailRegions = account.regions.map(({ name }) => name); });
    await perform(stage, ['resume']);
    expect(quarantined(worldOf(stage))).toHaveLength(12);
    const { runId } = await statusOf(stage);
    stage.output = '';
    expect(await perform(stage, ['rollback', runId]), stage.output).toBe(0);
    const { organization } = worldOf(stage);
    const before = worldOf(planned.stage).organization;
    expect(organization === undefined ? null : attachmentsOf(organization)).toEqual(before === undefined ? null : attachmentsOf(before));
    expect(organization?.policies.map(({ name }) => name)).toEqual(before?.policies.map(({ name }) => name));
    expect(flat(stage.output)).toContain(`media (${accountNamed('media')}): 1 password: removed; it cannot be brought back`);
    expect(deletedKeys(worldOf(stage))).toBe(0);
    expect(await perform(stage, ['resume', runId])).not.toBe(75);
  }));
});

describe('on a real clock', () => {
  const REAL = { isWaiting: false };
  const cron = (stage: Stage): Promise<number> => perform(stage, ['resume', '--all'], REAL);
  const letPass = (stage: Stage, ms: number): void => change(stage, (world) => { world.now += ms; });

  it('resume --all has nothing to do, waits with 75, goes on when a wave is due, and comes to the same end', () => on(async (stage) => {
    expect(await cron(stage)).toBe(0);
    await apply(stage);
    const { runId } = await statusOf(stage);
    expect(await perform(stage, ['resume', '--all', runId], REAL)).toBe(3);
    expect(await cron(stage)).toBe(75);
    expect(flat(stage.output)).toContain(`Run ${runId} waits until`);
    expect(deletedKeys(worldOf(stage))).toBe(0);
    const exits: number[] = [];
    for (let tries = 0; exits.at(-1) !== 0 && tries < 20; tries += 1) {
      letPass(stage, tries < 6 ? 75 * MINUTE_MS : 24 * HOUR_MS);
      exits.push(await cron(stage));
    }
    expect(exits.at(-1)).toBe(0);
    expect(new Set(exits.slice(0, -1))).toEqual(new Set([75]));
    expect(deletedKeys(worldOf(stage))).toBe(15);
    expect(await cron(stage)).toBe(0);
  }), 60_000);

  it('trouble is not hidden by a wait: 6 each time, until it is mended or left out', () => on(async (stage) => {
    await apply(stage);
    letPass(stage, 2 * HOUR_MS);
    change(stage, (world) => { memberOf(world, 'build').state = 'SUSPENDED'; });
    // Its wave is alone with it, so the next one begins; then that one soaks.
    expect(await cron(stage)).toBe(6);
    const { troubles, contained } = await statusOf(stage);
    expect(troubles.map(({ account }) => account)).toEqual([accountNamed('build')]);
    expect(contained).toBe(1);
    expect(await cron(stage)).toBe(6);
    const { runId } = await statusOf(stage);
    expect(await perform(stage, ['resume', runId, '--leave-out', `${accountNamed('build')}=closed for good`], REAL)).toBe(75);
    expect(await cron(stage)).toBe(75);
  }));

  it('whoever comes back early learns early of somebody unknown, and the seal stays', () => on(async (stage) => {
    await apply(stage);
    const account = memberOf(worldOf(stage), 'sandbox-1');
    change(stage, (world) => world.agenda.push({ kind: 'root-call', at: world.now + 5 * MINUTE_MS, call: { accountId: account.id, accessKeyId: account.root.keys[0]?.id ?? '', service: 'iam', operation: 'ListUsers', region: 'us-east-1', sourceIp: '198.51.100.77', userAgent: 'curl/8', isReadOnly: true } }));
    letPass(stage, 30 * MINUTE_MS);
    expect(await perform(stage, ['resume'], REAL)).toBe(6);
    expect((await statusOf(stage)).troubles.map(({ code }) => code)).toEqual(['soak/root-use']);
    expect(quarantined(worldOf(stage))).toEqual([account.id]);
  }));

  it('--leave-out takes an account of the plan that is not done, with a reason', () => on(async (stage) => {
    await apply(stage);
    const { runId } = await statusOf(stage);
    for (const given of ['500000000000=no such', `${accountNamed('build')}=`, accountNamed('build')]) expect(await perform(stage, ['resume', runId, '--leave-out', given], REAL), given).toBe(3);
    expect(worldOf(stage).effects).toHaveLength(2);
  }));
});

describe('what becomes of the quarantine', () => {
  it('kept: it stays on every account, and the summary counts them', async () => {
    const kept = await planOrganization(openStageWorld('retire-organization'), ['--afterwards', 'keep']);
    await on(async (stage) => {
      await apply(stage, kept);
      expect(await perform(stage, ['resume'])).toBe(0);
      expect(quarantined(worldOf(stage))).toHaveLength(12);
      expect(flat(stage.output)).toContain('12 accounts keep the quarantine');
    }, kept);
    await closeStage(kept.stage);
  }, 60_000);

  it('replaced: the guardrail is on its unit first, and only then the quarantines come off below it', async () => {
    const replaced = await planOrganization(openStageWorld('retire-organization'), ['--afterwards', 'replace', '--replace-target', 'ou-ex4m-business']);
    await on(async (stage) => {
      await apply(stage, replaced);
      expect(await perform(stage, ['resume']), stage.output.slice(-1_000)).toBe(0);
      const world = worldOf(stage);
      expect(world.organization === undefined ? null : attachmentsOf(world.organization)['ou-ex4m-business']).toEqual(['rootzero-deny-root-user']);
      const order = world.effects.map(({ operation, target }) => `${operation} ${target}`);
      const guardrailAt = order.findIndex((effect) => effect.startsWith('AttachPolicy') && effect.includes('ou-ex4m-business'));
      const firstOff = order.findIndex((effect) => effect.startsWith('DetachPolicy'));
      expect(guardrailAt).toBeGreaterThan(0);
      expect(firstOff).toBeGreaterThan(guardrailAt);
      // Outside the target nothing takes over, so the quarantine stays.
      expect(quarantined(world)).toContain(accountNamed('search'));
      expect(quarantined(world)).not.toContain(accountNamed('intranet'));
    }, replaced);
    await closeStage(replaced.stage);
  }, 60_000);
});

describe('what other tools get wrong', () => {
  it('an account is called done only once two sessions read it as empty, never because a delete was accepted', () => on(async (stage) => {
    await apply(stage);
    // The lists go on showing every key for longer than anybody waits.
    change(stage, (world) => { world.limits.iamPropagationMs = 500 * HOUR_MS; });
    expect(await perform(stage, ['resume'])).toBe(6);
    const { troubles, done } = await statusOf(stage);
    const withKeys = planned.plan.accounts.filter(({ actions }) => actions.some(({ kind }) => kind === 'delete-key')).map(({ account }) => account);
    expect(troubles.map(({ account, code }) => [account, code])).toEqual(withKeys.map((account) => [account, 'step/no-effect']));
    expect(done).toBe(planned.plan.accounts.length - withKeys.length);
  }));

  it('an account that could not be read, or has nothing to delete, is never counted as removed', () => on(async (stage) => {
    await apply(stage);
    await perform(stage, ['resume']);
    const accounts = new Set(planned.plan.accounts.map(({ account }) => account));
    for (const name of ['sandbox-2', 'campus', 'museum', 'billing-1998', 'research', 'management']) expect([...accounts]).not.toContain(accountNamed(name));
    expect(flat(stage.output)).toContain('15 keys, 1 certificate, 2 passwords, 2 MFA devices in 14 accounts');
    expect(deletedKeys(worldOf(stage))).toBe(15);
    expect(memberOf(worldOf(stage), 'billing-1998').root.keys).toHaveLength(1);
  }));

  it('a session of AssumeRoot never calls what its task policy denies, UpdateAccessKey above all', () => on(async (stage) => {
    await apply(stage);
    await perform(stage, ['resume']);
    const ours = worldOf(stage).events.filter(({ detail }) => String(detail['userAgent']).includes('app/rootzero'));
    expect(ours.filter(({ name }) => name === 'UpdateAccessKey')).toEqual([]);
    expect(ours.filter(({ name }) => name === 'DeleteAccessKey').length).toBe(15);
    // Only what the old policy denies, as the survey found.
    const refused = ours.filter(({ detail }) => String(detail['errorCode']).includes('AccessDenied')).map(({ accountId }) => accountId);
    expect(new Set(refused)).toEqual(new Set([accountNamed('billing-1998'), accountNamed('museum')]));
  }));

  it('MFA goes after the password and never before it, and keys before both', () => on(async (stage) => {
    await apply(stage);
    await perform(stage, ['resume']);
    const partners = worldOf(stage).events.filter(({ accountId, name }) => accountId === accountNamed('partners') && /^(Delete|Deactivate)/.test(name)).map(({ name }) => name);
    expect(partners).toEqual(['DeleteAccessKey', 'DeleteSigningCertificate', 'DeleteLoginProfile', 'DeactivateMFADevice']);
  }));

  it('no secret and no session token is in any file of the run', () => on(async (stage) => {
    await apply(stage);
    await perform(stage, ['resume']);
    const [run = ''] = readdirSync(join(stage.directory, 'runs'));
    const files = readdirSync(join(stage.directory, 'runs', run));
    expect(files).toEqual(expect.arrayContaining(['after.json', 'before.json', 'journal.ndjson', 'plan.json', 'summary.json']));
    const secrets = worldOf(stage).principals.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken ?? secretAccessKey]);
    expect(secrets.length).toBeGreaterThan(30);
    for (const file of files) {
      const text = readFileSync(join(stage.directory, 'runs', run, file), 'utf8');
      expect(secrets.filter((secret) => text.includes(secret)), file).toEqual([]);
    }
  }));
});

it('the same plan gives the same organization, and each effect happens once', () => on(async (stage) => {
  await apply(stage);
  await perform(stage, ['resume']);
  const { effects } = worldOf(stage);
  const once = effects.map(({ operation, target, by }) => `${operation} ${target} ${by}`);
  expect(new Set(once).size).toBe(once.length);
  expect(endOf(worldOf(stage))).toMatchObject({ policies: ['FullAWSAccess', 'legacy-deny-root', 'archive-deny-root'] });
}));
