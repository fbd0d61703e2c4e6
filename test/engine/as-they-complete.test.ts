/** Results as they come: each piece once, never more at a time than asked for, and nothing begun that nobody waits for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTheyComplete } from '../../src/engine/as-they-complete.ts';

/** Work that takes so many turns of the event loop, and the largest number that was under way at once. */
function openWork(turns: readonly number[], failing: ReadonlySet<number>) {
  const seen = { running: 0, most: 0, begun: [] as number[] };
  const work = async (item: number): Promise<{ item: number }> => {
    seen.begun.push(item);
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    for (let turn = 0; turn < (turns[item] ?? 0); turn += 1) await Promise.resolve();
    seen.running -= 1;
    if (failing.has(item)) throw new Error(String(item));
    return { item };
  };
  return { seen, work };
}

const pieces = fc.record({ turns: fc.array(fc.nat(9), { maxLength: 30 }), width: fc.integer({ min: 1, max: 8 }), pauses: fc.nat(6) });

describe('results as they come', () => {
  it('are those of every piece, once, however slowly they are taken', async () => {
    await fc.assert(fc.asyncProperty(pieces, async ({ turns, width, pauses }) => {
      const { seen, work } = openWork(turns, new Set());
      const taken: number[] = [];
      for await (const { item } of asTheyComplete(turns.keys(), width, work)) {
        taken.push(item);
        for (let pause = 0; pause < pauses; pause += 1) await Promise.resolve();
      }
      expect(taken.sort((first, second) => first - second)).toEqual([...turns.keys()]);
      expect(seen.most).toBeLessThanOrEqual(width);
    }));
  });

  it('end with the first failure, after those that had begun', async () => {
    await fc.assert(fc.asyncProperty(pieces, fc.nat(29), async ({ turns, width }, failing) => {
      fc.pre(failing < turns.length);
      const { seen, work } = openWork(turns, new Set([failing]));
      const taken: number[] = [];
      await expect((async () => {
        for await (const { item } of asTheyComplete(turns.keys(), width, work)) taken.push(item);
      })()).rejects.toThrow(String(failing));
      expect(seen.running).toBe(0);
      expect(taken.length).toBe(seen.begun.length - 1);
    }));
  });

  it('are not made any more once nobody takes them', async () => {
    const { seen, work } = openWork(Array.from({ length: 30 }, () => 3), new Set());
    for await (const { item } of asTheyComplete(Array.from({ length: 30 }).keys(), 4, work)) if (item >= 2) break;
    expect(seen.running).toBe(0);
    expect(seen.begun.length).toBeLessThan(12);
  });
});
