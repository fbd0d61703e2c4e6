/** One run, one writer: who gets the lock, who does not, and when a dead owner loses it. */
import { readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/instant.ts';
import { withRunLock, type LockDeps } from '../../src/engine/run-lock.ts';
import { TestClock } from '../support/clock.ts';
import { openTestSystem } from '../support/system.ts';
import { newFolder, problemOf } from './engine-parts.ts';

const DEAD = 4_000_001;
const HERE = 'here';
/** A process of its own on a host; of all processes only `DEAD` is dead. */
const processOf = (processId: number, host = HERE, clock = new TestClock()): LockDeps => ({
  clock,
  system: openTestSystem({ processId, host, isProcessAlive: (asked) => asked !== DEAD }),
});

/** What is left in a folder whose owner was killed while it held the lock. */
async function abandonLock(folder: string, owner: LockDeps): Promise<void> {
  let text = '';
  await withRunLock(folder, owner, async () => {
    text = readFileSync(join(folder, 'lock'), 'utf8');
  });
  writeFileSync(join(folder, 'lock'), text);
}

const nothing = async (): Promise<void> => undefined;

describe('the lock of a run', () => {
  test('is released after the work, also when the work fails, and leaves nothing behind', async () => {
    const folder = newFolder();
    expect(await withRunLock(folder, processOf(1), async () => 7)).toBe(7);
    await expect(withRunLock(folder, processOf(1), () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses a second process and names the first', async () => {
    const folder = newFolder();
    await withRunLock(folder, processOf(1), async () => {
      const refused = await problemOf(withRunLock(folder, processOf(2), nothing));
      expect(refused.code).toBe('run/locked');
      expect(refused.message).toContain('process 1 on here');
      expect(refused.message).toContain('2026-');
    });
  });

  test('refuses a second worker of the same process', async () => {
    const folder = newFolder();
    await withRunLock(folder, processOf(1), async () => {
      expect((await problemOf(withRunLock(folder, processOf(1), nothing))).code).toBe('run/locked');
    });
  });

  test('is taken over from a dead process of this host', async () => {
    const folder = newFolder();
    await abandonLock(folder, processOf(DEAD));
    expect(await withRunLock(folder, processOf(2), async () => 'taken')).toBe('taken');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of another host is kept for hours, and taken over after days without a sign', async () => {
    const folder = newFolder();
    const clock = new TestClock();
    await abandonLock(folder, processOf(DEAD, 'elsewhere', clock));
    clock.advance(HOUR_MS / 2);
    expect((await problemOf(withRunLock(folder, processOf(2, HERE, clock), nothing))).code).toBe('run/locked');
    clock.advance(2 * DAY_MS);
    expect(await withRunLock(folder, processOf(2, HERE, clock), async () => 'taken')).toBe('taken');
  });

  test('that names nobody is never taken over', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'lock'), '');
    expect((await problemOf(withRunLock(folder, processOf(2), nothing))).code).toBe('run/locked');
  });

  test('that was taken over is not released by its old owner', async () => {
    const folder = newFolder();
    const clock = new TestClock();
    await withRunLock(folder, processOf(1, 'elsewhere', clock), async () => {
      clock.advance(2 * DAY_MS);
      let isOver = (): void => undefined;
      const taken = withRunLock(folder, processOf(2, HERE, clock), () => new Promise<void>((resolve) => (isOver = resolve)));
      await expect.poll(() => readFileSync(join(folder, 'lock'), 'utf8')).toContain('"processId":2');
      queueMicrotask(() => setImmediate(() => isOver()));
      await taken;
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that has taken the place of an abandoned one is left untouched by a slow taker', async () => {
    const folder = newFolder();
    const path = join(folder, 'lock');
    await abandonLock(folder, processOf(DEAD));
    const abandoned = readFileSync(path, 'utf8');
    let taken = 0n;
    const slow = processOf(2);
    const isProcessAlive = (asked: number): boolean => {
      // While the slow one still judges the abandoned lock, a quicker process takes it over.
      if (asked === DEAD) {
        unlinkSync(path);
        writeFileSync(path, abandoned.replace(String(DEAD), '1').replace(/"token":"[^"]*"/, '"token":"0123456789abcdef"'));
        taken = statSync(path, { bigint: true }).ctimeNs;
      }
      return asked !== DEAD;
    };
    const refused = await problemOf(withRunLock(folder, { ...slow, system: { ...slow.system, isProcessAlive } }, nothing));
    expect(refused.message).toContain('process 1 on here');
    expect(statSync(path, { bigint: true }).ctimeNs).toBe(taken);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test.each([0, 1])('is won by one at a time, however many take at once (abandoned before: %i)', async (isAbandoned) => {
    for (let round = 0; round < 30; round += 1) {
      const folder = newFolder();
      if (isAbandoned === 1) await abandonLock(folder, processOf(DEAD));
      let working = 0;
      let mostWorking = 0;
      let won = 0;
      const take = async (taker: number): Promise<void> => {
        for (let pause = 0; pause < (taker * (round + 3)) % 8; pause += 1) await new Promise((resolve) => setImmediate(resolve));
        await withRunLock(folder, processOf(taker), async () => {
          won += 1;
          working += 1;
          mostWorking = Math.max(mostWorking, working);
          for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          working -= 1;
        }).catch((thrown: unknown) => {
          expect(thrown).toMatchObject({ code: 'run/locked' });
        });
      };
      await Promise.all(Array.from({ length: 10 }, (_unused, index) => take(index + 1)));
      expect(won).toBeGreaterThan(0);
      expect(mostWorking).toBe(1);
    }
  });
});
