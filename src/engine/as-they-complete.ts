/** Many pieces of work, so many at a time, results as they come. Knows nothing of what they do, and keeps nothing of what was taken. */

/**
 * Work begins with the first result that is asked for, and halts while as many results as `width` wait to be taken.
 * @throws the first that a piece throws; the pieces that had begun come to their end first, and their results are given out
 */
export async function* asTheyComplete<Item, Result extends object>(items: Iterable<Item>, width: number, work: (item: Item) => Promise<Result>): AsyncGenerator<Result> {
  const queue = items[Symbol.iterator]();
  const ready: Result[] = [];
  const failures: unknown[] = [];
  const load = { running: 0, isOver: false };
  let wake = (): void => undefined;

  const run = async (item: Item): Promise<void> => {
    load.running += 1;
    try {
      ready.push(await work(item));
    } catch (thrown) {
      failures.push(thrown);
    }
    load.running -= 1;
    begin();
    wake();
  };
  const begin = (): void => {
    while (!load.isOver && failures.length === 0 && load.running + ready.length < width) {
      const next = queue.next();
      if (next.done === true) return;
      void run(next.value);
    }
  };
  const change = (): Promise<void> => new Promise((resolve) => {
    wake = resolve;
  });

  try {
    for (;;) {
      begin();
      const result = ready.shift();
      if (result !== undefined) yield result;
      else if (load.running > 0) await change();
      else break;
    }
    if (failures.length > 0) throw failures[0];
  } finally {
    load.isOver = true;
    while (load.running > 0) await change();
  }
}
