/** Values by key, each key with all that it was ever given, so that every earlier state stays readable without a copy. Knows nothing of what it holds. */

type Entry<Value> = { since: number; value: Value };

export class Chronicle<Key, Value extends {} | null> {
  readonly #entries = new Map<Key, Entry<Value>[]>();
  #changes = 0;

  /** The last value. */
  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.at(-1)?.value;
  }

  add(key: Key, value: Value): void {
    this.#changes += 1;
    const entry = { since: this.#changes, value };
    const before = this.#entries.get(key);
    if (before === undefined) this.#entries.set(key, [entry]);
    else before.push(entry);
  }

  /** The last value of each key, as it is now, whatever is added later. */
  latest(): ReadonlyMap<Key, Value> {
    const now = this.#changes;
    return new View(this.#entries, this.#entries.size, (entries) => entries.findLast(({ since }) => since <= now)?.value);
  }

  /** All values of each key, the first one first, as they are now, whatever is added later. */
  lists(): ReadonlyMap<Key, Value[]> {
    const now = this.#changes;
    return new View(this.#entries, this.#entries.size, (entries) => {
      const until = entries.findLastIndex(({ since }) => since <= now) + 1;
      return until === 0 ? undefined : entries.slice(0, until).map(({ value }) => value);
    });
  }
}

/** The first `size` keys, each with what `read` makes of its entries: undefined for a key that came later. */
class View<Key, Stored, Value extends {} | null> implements ReadonlyMap<Key, Value> {
  readonly #stored: ReadonlyMap<Key, Stored>;
  readonly #read: (stored: Stored) => Value | undefined;
  readonly size: number;

  constructor(stored: ReadonlyMap<Key, Stored>, size: number, read: (stored: Stored) => Value | undefined) {
    this.#stored = stored;
    this.#read = read;
    this.size = size;
  }

  get(key: Key): Value | undefined {
    const stored = this.#stored.get(key);
    return stored === undefined ? undefined : this.#read(stored);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): Generator<[Key, Value], undefined> {
    for (const [key, stored] of this.#stored) {
      const value = this.#read(stored);
      // Keys stand in the order in which they came to be, so all after the first that is too young are.
      if (value === undefined) return;
      yield [key, value];
    }
  }

  *keys(): Generator<Key, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<Value, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[Key, Value], undefined> {
    return this.entries();
  }

  forEach(visit: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
