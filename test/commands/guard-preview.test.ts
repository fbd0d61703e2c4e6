/** `guard preview` over an organization: read-only, and complete about what it could not read. */
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { playAgenda } from '../../src/simulator/agenda.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import { KEY, nightlyBackup, once } from '../../src/simulator/scenarios/cast.ts';
import type { World } from '../../src/simulator/world.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { MEMBER_ROLE, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { renderLog, roleRecord, writeFile as writeTrailFile } from '../support/trail-logs.ts';
import { closeOperator, lastProblem, openOperator, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

async function open(furnish: (given: OrganizationWorld) => void | Promise<void> = () => undefined): Promise<OrganizationWorld> {
  const given = openOrganizationWorld();
  await furnish(given);
  operator = await openOperator(given.world);
  return given;
}

const planned = z.object({
  waves: z.array(z.object({ targets: z.array(z.object({ id: z.string() })) })),
  blockers: z.array(z.object({ code: z.string(), text: z.string() })),
  replay: z.nullable(z.object({
    callers: z.array(z.object({ fingerprint: z.string(), account: z.string(), calls: z.array(z.object({ call: z.string(), count: z.number(), effect: z.string() })) })),
    coverage: z.array(z.object({ account: z.string(), readable: z.boolean(), because: z.string().optional(), gaps: z.array(z.string()), logs: z.nullable(z.object({ files: z.number(), regions: z.array(z.string()) })) })),
  })),
  notDone: z.array(z.object({ what: z.string(), because: z.string() })),
});
async function preview(...options: string[]): Promise<z.infer<typeof planned> & { exit: number | 'crashed' }> {
  const exit = await type(operator, ['guard', 'preview', '-o', 'json', ...options]);
  return { exit, ...planned.parse(JSON.parse(operator.result)) };
}

/** A member with a root key that a job used last week. */
function addJob({ world, members }: OrganizationWorld): string {
  const member = members[6];
  if (member === undefined) throw new Error('too few members');
  addRootKey(world, member, { id: KEY, status: 'Active', createdAt: 0 });
  world.agenda.push(once(nightlyBackup(member.id, KEY), world.now - 7 * 86_400_000));
  return member.id;
}

describe('guard preview', () => {
  it('changes nothing, and writes a plan that covers everybody but the management account', async () => {
    const { world, members } = await open();
    const made = await preview('--member-role', MEMBER_ROLE);
    expect(made).toMatchObject({ exit: 0, blockers: [] });
    expect(made.waves[0]?.targets).toMatchObject([{ id: 'ou-ex4m-unit0001' }]);
    expect(made.replay?.coverage.map(({ account }) => account)).toEqual(members.filter(({ state }) => state === 'ACTIVE').map(({ id }) => id).sort());
    expect(world.effects).toEqual([]);
  });

  it('shows the policy to a person as it can be read, with its length as it is stored', async () => {
    await open();
    expect(await type(operator, ['guard', 'preview'])).toBe(0);
    expect(operator.result).toContain('"aws:AssumedRoot": "true"');
    expect(operator.result).toContain('222 of 10240 characters');
  });

  it('runs the past of the members through the policy, and asks for whoever hangs on a key', async () => {
    let account = '';
    await open((given) => {
      account = addJob(given);
    });
    const made = await preview('--member-role', MEMBER_ROLE);
    expect(made).toMatchObject({ exit: 6, blockers: [{ code: 'input/acknowledgement' }], replay: { callers: [{ account, calls: [{ call: 's3:ListBuckets', effect: 'denied' }] }] } });
    const fingerprint = made.replay?.callers[0]?.fingerprint ?? '';
    expect(await preview('--member-role', MEMBER_ROLE, '--accept', `${fingerprint}=has moved to a role`)).toMatchObject({ exit: 0, blockers: [] });
  });

  it('says what it did not read: without a role nothing of the members, with one the accounts that do not have it', async () => {
    let bare = '';
    await open((given) => {
      addJob(given);
      const member = given.members[4];
      if (member !== undefined) member.roles = [];
      bare = member?.id ?? '';
    });
    const blind = await preview();
    expect(blind).toMatchObject({ exit: 0, replay: null });
    expect(blind.notDone).toContainEqual({ what: 'watching for denied root calls', because: 'no role to read CloudTrail in the members: --member-role NAME' });
    const partly = await preview('--member-role', MEMBER_ROLE);
    expect(partly.replay?.coverage.filter(({ readable }) => !readable)).toMatchObject([{ account: bare }]);
    expect(operator.output).toContain(`✖ ${bare}  not covered`);
  });

  it('of a policy of one\'s own shows what is wrong with it: too long by a character', async () => {
    const { world } = await open();
    const path = join(operator.directory, 'long.json');
    const long = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:*:iam::*:root', ...Array.from({ length: 400 }, (_, index) => `arn:aws:iam::${200_000_000_000 + index}:root`)] }, Null: { 'aws:AssumedRoot': 'true' } } }] };
    await writeFile(path, JSON.stringify(long));
    expect(await preview('--policy', path)).toMatchObject({ exit: 6, blockers: [{ code: 'guardrail/too-long' }] });
    expect(world.effects).toEqual([]);
  });

  it('of a file that is no policy is refused', async () => {
    await open();
    expect([await type(operator, ['guard', 'preview', '--policy', 'README.md']), lastProblem(operator)]).toEqual([3, 'guardrail/malformed-policy']);
  });

  it('never plans the strict policy', async () => {
    await open();
    expect(await preview('--policy', 'policies/scp/deny-root-user-strict/policy.json')).toMatchObject({ exit: 6, blockers: [{ code: 'guardrail/locks-out' }] });
  });

  it.each<[string, (world: World) => void, number, string]>([
    ['in a member', (world) => void Object.assign(world.organization ?? {}, { managementAccountId: '200001000003' }), 6, 'guardrail/not-management'],
    ['without all features', (world) => void Object.assign(world.organization ?? {}, { featureSet: 'CONSOLIDATED_BILLING' }), 6, 'guardrail/all-features-needed'],
    ['with service control policies off', (world) => void Object.assign(world.organization ?? {}, { isScpEnabled: false }), 6, 'guardrail/scp-not-enabled'],
  ])('%s', async (_name, change, exit, code) => {
    await open(({ world }) => change(world));
    expect(await type(operator, ['guard', 'preview'])).toBe(exit);
    expect(operator.output).toContain(code);
  });

  it('is not for a standalone account', async () => {
    operator = await openOperator(openStageWorld('clean'));
    expect(await type(operator, ['guard', 'preview'])).toBe(6);
    expect(lastProblem(operator)).toBe('guardrail/not-management');
  });
});

describe('guard preview from log files', () => {
  const DAY_MS = 86_400_000;
  const logOf = (account: string, unique: string): string => join(operator.directory, 'org-trail', 'AWSLogs', 'o-ex4mple0rg', account, 'CloudTrail', `${unique}.json.gz`);
  const atWork = (account: string, at: number): Record<string, unknown> => roleRecord(`${account}-${at}`, { eventTime: new Date(at).toISOString(), recipientAccountId: account, awsRegion: 'us-east-1' });

  /** The world's events as an organization's trail wrote them: of each account a file of 90 days ago, and one of today. @returns the folder */
  function writeLogs({ world }: OrganizationWorld, without?: string): string {
    playAgenda(world, world.now);
    for (const id of Object.keys(world.accounts).filter((each) => each !== without)) {
      writeTrailFile(logOf(id, 'first'), renderLog([atWork(id, world.now - 90 * DAY_MS)]));
      writeTrailFile(logOf(id, 'last'), renderLog([atWork(id, world.now), ...world.events.filter(({ accountId }) => accountId === id).map(({ detail }) => detail)]));
    }
    return join(operator.directory, 'org-trail');
  }

  it('gives each account its own events, without any role in it; one without a file is unknown, not quiet', async () => {
    let account = '';
    const given = await open((before) => {
      account = addJob(before);
    });
    const bare = given.members[2]?.id ?? '';
    const made = await preview('--logs', writeLogs(given, bare));
    expect(made).toMatchObject({ exit: 6, blockers: [{ code: 'input/acknowledgement' }], replay: { callers: [{ account, calls: [{ call: 's3:ListBuckets', effect: 'denied' }] }] } });
    expect(made.replay?.coverage.filter(({ readable }) => !readable)).toMatchObject([{ account: bare, because: 'no log file of this account' }]);
    expect(made.replay?.coverage.find((one) => one.account === account)).toMatchObject({ gaps: [], logs: { files: 2 } });
    expect(made.notDone).toContainEqual({ what: 'watching for denied root calls', because: 'no role to read CloudTrail in the members: --member-role NAME' });
    expect(given.world.effects).toEqual([]);
  });

  it('fills what a role cannot read, and counts an event that both have once', async () => {
    let account = '';
    const given = await open((before) => {
      account = addJob(before);
      const job = before.world.accounts[account];
      if (job !== undefined) job.roles = [];
    });
    const made = await preview('--member-role', MEMBER_ROLE, '--logs', writeLogs(given));
    expect(made.replay?.callers).toMatchObject([{ account, calls: [{ call: 's3:ListBuckets' }] }]);
    expect(made.replay?.coverage.every(({ readable }) => readable)).toBe(true);
    expect(made.replay?.coverage.find((one) => one.account === account)?.gaps).toEqual([expect.stringContaining('role')]);
    const job = given.world.accounts[account];
    if (job !== undefined) job.roles = [...(given.members[0]?.roles ?? [])];
    const both = await preview('--member-role', MEMBER_ROLE, '--logs', join(operator.directory, 'org-trail'));
    expect(both.replay?.callers.map(({ calls }) => calls)).toEqual([[{ call: 's3:ListBuckets', count: 1, effect: 'denied' }]]);
    expect(both.replay?.coverage.every(({ gaps }) => gaps.length === 0)).toBe(true);
  });

  it('says of an account whose files are damaged, or cover less than was asked for, that it is covered in part', async () => {
    const given = await open();
    const [whole, short, damaged] = given.members.filter(({ state }) => state === 'ACTIVE').map(({ id }) => id);
    const directory = writeLogs(given);
    rmSync(logOf(short ?? '', 'first'));
    writeTrailFile(logOf(short ?? '', 'last'), renderLog([atWork(short ?? '', given.world.now - 4 * DAY_MS)]));
    writeTrailFile(logOf(damaged ?? '', 'middle'), 'no gzip');
    const made = await preview('--logs', directory);
    const gapsOf = (id: string | undefined): string[] | undefined => made.replay?.coverage.find(({ account }) => account === id)?.gaps;
    expect(gapsOf(whole)).toEqual([]);
    expect(gapsOf(short)).toEqual(['its log files begin on 2026-11-20', 'its log files end on 2026-11-20']);
    expect(gapsOf(damaged)).toEqual(['1 log file of 3 could not be read in full']);
  });

  it('from a folder that is not there is the operator\'s affair', async () => {
    await open();
    expect([await type(operator, ['guard', 'preview', '--logs', join(operator.directory, 'nowhere')]), lastProblem(operator)]).toEqual([3, 'input/unreadable-file']);
  });
});
