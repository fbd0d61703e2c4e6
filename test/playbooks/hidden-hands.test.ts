/** What could slip through: a re-activation under another name, a write of somebody else's taken for our own, a session that a key minted. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/instant.ts';
import { consoleChange, FLAGGED_ACCOUNT, KEY } from '../../src/simulator/scenarios/cast.ts';
import { addRootSession } from '../../src/simulator/world-builder.ts';
import type { RootCall, World } from '../../src/simulator/world.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { acknowledgeAll, closeOperator, lastProblem, makePlan, newestRun, openOperator, retire, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

const accountOf = (world: World) => {
  const account = world.accounts[FLAGGED_ACCOUNT];
  if (account === undefined) throw new Error('no account');
  return account;
};
const somebody = (world: World): RootCall => consoleChange(FLAGGED_ACCOUNT, addRootSession(world, accountOf(world)).accessKeyId);
const deny = (world: World, operation: string): void => {
  world.faults.push({ kind: 'access-denied', operation, skip: 0, remaining: Number.MAX_SAFE_INTEGER });
};
const statusOf = (world: World): string | undefined => accountOf(world).root.keys.find((key) => key.id === KEY)?.status;

it('a re-activation is seen although root goes by an account alias that nobody here may read', async () => {
  const world = openStageWorld('flagged-account');
  accountOf(world).alias = 'acme';
  operator = await openOperator(world);
  deny(world, 'iam:ListAccountAliases');
  expect((await retire(operator)).exit, operator.output).toBe(75);
  const by = somebody(world);
  for (const [hours, status] of [[5, 'Active'], [6, 'Inactive']] as const) {
    world.agenda.push({ kind: 'set-key-status', at: world.now + hours * HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status, by });
  }
  expect(await type(operator, ['resume']), operator.output).toBe(6);
  expect(lastProblem(operator)).toBe('soak/key-not-contained');
  expect(operator.output).toContain('account alias');
});

it('a rollback leaves alone what the run only tried, and somebody else did', async () => {
  const world = openStageWorld('flagged-account');
  operator = await openOperator(world);
  deny(world, 'iam:UpdateAccessKey');
  expect((await retire(operator)).exit).toBe(4);
  world.faults = [];
  world.agenda.push({ kind: 'set-key-status', at: world.now + MINUTE_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status: 'Inactive', by: somebody(world) });
  world.now += 2 * MINUTE_MS;
  const run = await newestRun(operator);
  expect(await type(operator, ['rollback', run?.runId ?? '']), operator.output).toBe(0);
  expect(statusOf(world)).toBe('Inactive');
  expect(world.effects).toEqual([]);
});

it('a root session that a planned key minted after the plan was made does not carry it out', async () => {
  const world = openStageWorld('flagged-account');
  operator = await openOperator(world);
  const { path, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
  const session = addRootSession(world, accountOf(world));
  const minted = structuredClone(world.events.find((event) => event.accessKeyId === KEY));
  if (minted === undefined) throw new Error('no event by the key');
  const at = world.now - MINUTE_MS;
  const detail = {
    ...minted.detail, eventID: 'minting', eventTime: new Date(at).toISOString(), eventSource: 'sts.amazonaws.com', eventName: 'GetSessionToken',
    responseElements: { credentials: { accessKeyId: session.accessKeyId } },
  };
  world.events.push({ ...minted, id: 'minting', at, visibleAt: at, name: 'GetSessionToken', source: 'sts.amazonaws.com', detail });
  world.profiles['root'] = { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey, region: 'us-east-1', ...(session.sessionToken === undefined ? {} : { sessionToken: session.sessionToken }) };
  expect(await type(operator, ['apply', path, '--approve', plan.digest])).toBe(6);
  expect(lastProblem(operator)).toBe('plan/stale');
  expect(world.effects).toEqual([]);
});

it('looking at the runs never touches a journal that another process is writing', async () => {
  const world = openStageWorld('flagged-account');
  operator = await openOperator(world);
  await retire(operator);
  const run = await newestRun(operator);
  const file = join(operator.directory, 'runs', run?.runId ?? '', 'journal.ndjson');
  await appendFile(file, '{"seq":');
  const before = await readFile(file, 'utf8');
  expect(await type(operator, ['status', '-o', 'json'])).toBe(0);
  expect(JSON.parse(operator.result).runs[0].state).toBe('waiting');
  expect(await readFile(file, 'utf8')).toBe(before);
});
