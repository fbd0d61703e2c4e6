/** Many pieces of work, so many at a time, results in the order of the pieces. Knows nothing of what they do. */

/** @throws the first that a piece throws; the pieces that had begun come to their end first */
export async function sideBySide<Item, Result>(items: readonly Item[], width: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: { at: number; result: Result }[] = [];
  const queue = [...items.entries()];
  let failure: { thrown: unknown } | null = null;
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && failure === null; next = queue.shift()) {
      const [at, item] = next;
      try {
        results.push({ at, result: await work(item) });
      } catch (thrown) {
        failure ??= { thrown };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  // Read through a function: the compiler does not see that the workers assign it.
  const failed = ((): { thrown: unknown } | null => failure)();
  if (failed !== null) throw failed.thrown;
  return results.sort((first, second) => first.at - second.at).map(({ result }) => result);
}
