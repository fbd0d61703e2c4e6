/** The word of a person before anything is deleted: an approved digest, or the key's last characters typed at a terminal. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/commands/context-type.ts';
import { HOUR_MS } from '../../src/domain/instant.ts';
import type { Ask } from '../../src/ports/questions.ts';
import { consoleChange, FLAGGED_ACCOUNT, KEY } from '../../src/simulator/scenarios/cast.ts';
import { addRootSession } from '../../src/simulator/world-builder.ts';
import { openStageWorld } from '../recovery/stage.ts';
import { acknowledgeAll, closeOperator, lastProblem, makePlan, newestRun, openOperator, readRunFile, type, type Operator } from '../support/operator.ts';

let operator: Operator;
beforeEach(async () => {
  operator = await openOperator(openStageWorld('flagged-account'));
});
afterEach(() => closeOperator(operator));

const statusOf = (): string | undefined => operator.world.accounts[FLAGGED_ACCOUNT]?.root.keys.find((key) => key.id === KEY)?.status;

/** A person who answers every confirmation so, and is asked so often. */
function person(isTyping: boolean, before: (context: Context) => Promise<void> = () => Promise.resolve()) {
  const asked: string[] = [];
  const ask = (context: Context): Ask => async (code) => {
    asked.push(code);
    await before(context);
    if (code !== 'delete') throw new Error(`asked about ${code}`);
    return isTyping;
  };
  return { asked, ask };
}

/** Applies without approval, at a terminal. @returns the run's id and the plan's digest */
async function applyUnapproved(ask: (context: Context) => Ask): Promise<{ runId: string; digest: string }> {
  const { path, plan } = await makePlan(operator, ...(await acknowledgeAll(operator)));
  expect(await type(operator, ['apply', path], { ask }), operator.output).toBe(75);
  return { runId: (await newestRun(operator))?.runId ?? '', digest: plan.digest };
}

describe('a plan that nobody approved', () => {
  it('is not begun where nobody can be asked', async () => {
    const { path } = await makePlan(operator, ...(await acknowledgeAll(operator)));
    expect(await type(operator, ['apply', path])).toBe(3);
    expect(lastProblem(operator)).toBe('plan/not-approved');
    expect(operator.world.effects).toEqual([]);
  });

  it('contains without a question, and asks before it deletes', async () => {
    const { asked, ask } = person(true);
    const { runId } = await applyUnapproved(ask);
    expect(asked).toEqual([]);
    expect(statusOf()).toBe('Inactive');
    expect(await type(operator, ['resume'], { ask }), operator.output).toBe(0);
    expect(asked).toEqual(['delete']);
    expect(statusOf()).toBeUndefined();
    expect(await readRunFile(operator, runId, 'journal.ndjson')).toContain('"kind":"answered"');
  });

  it('is not carried on by a process that can ask nobody; its digest approves it then', async () => {
    const { runId, digest } = await applyUnapproved(person(true).ask);
    expect(await type(operator, ['resume'])).toBe(3);
    expect(operator.output).toContain(`rootzero resume ${runId} --approve ${digest}`);
    expect(statusOf()).toBe('Inactive');
    expect(await type(operator, ['resume', '--approve', 'f'.repeat(64)])).toBe(3);
    expect(lastProblem(operator)).toBe('plan/wrong-digest');
    expect(statusOf()).toBe('Inactive');
    expect(await type(operator, ['resume', '--approve', digest]), operator.output).toBe(0);
    expect(statusOf()).toBeUndefined();
  });

  it('keeps the key when the confirmation is not given, and asks again next time', async () => {
    const refusing = person(false);
    await applyUnapproved(refusing.ask);
    for (const times of [1, 2]) {
      expect(await type(operator, ['resume'], { ask: refusing.ask }), operator.output).toBe(75);
      expect(lastProblem(operator)).toBe('delete/not-confirmed');
      expect(refusing.asked).toHaveLength(times);
      expect(statusOf()).toBe('Inactive');
    }
    expect(await type(operator, ['resume'], { ask: person(true).ask }), operator.output).toBe(0);
  });
});

it('who answers late answers on a proof that is made again', async () => {
  const { world } = operator;
  const account = world.accounts[FLAGGED_ACCOUNT];
  if (account === undefined) throw new Error('no account');
  const by = consoleChange(FLAGGED_ACCOUNT, addRootSession(world, account).accessKeyId);
  const { ask } = person(true, async ({ clock }) => {
    for (const [hours, status] of [[1, 'Active'], [2, 'Inactive']] as const) {
      world.agenda.push({ kind: 'set-key-status', at: clock.now() + hours * HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status, by });
    }
    await clock.sleep(3 * HOUR_MS);
  });
  await applyUnapproved(ask);
  expect(await type(operator, ['resume'], { ask }), operator.output).toBe(6);
  expect(lastProblem(operator)).toBe('soak/key-not-contained');
  expect(statusOf()).toBe('Inactive');
});
