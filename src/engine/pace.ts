/** How fast the calls of a lane may begin: as published, or as learned from what AWS refuses. Arithmetic over times; knows no clock. */

/** Down to so much of the pace that was refused. */
const SLOWER = 0.8;
/** With each second so much of it is tried more: back before AWS's bucket is full and tokens are lost. Both were chosen by trial against buckets of all sizes. */
const QUICKER = 0.05;
/** A pace that nothing has needed for long is far above what is served, and not what was refused. */
const LARGEST_LEAD = 1.5;
const LEAST_STEP_PER_SECOND = 0.05;
const SLOWEST_PER_SECOND = 0.2;
/** So many answers tell how fast a lane is served, unless they are older. */
const REMEMBERED = 20;
const SECOND_MS = 1_000;
const REMEMBERED_MS = 10 * SECOND_MS;

/** Additive increase, multiplicative decrease. One burst that is refused slows once, however many calls of it are refused. */
export class Pace {
  readonly #published: number;
  #perSecond: number;
  #stepPerSecond = 0;
  #nextAt = 0;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #servedAt: number[] = [];

  /** @param published calls a second, where AWS says how many */
  constructor(published = Number.POSITIVE_INFINITY) {
    this.#published = published;
    this.#perSecond = published;
  }

  /** When the next call may begin. */
  get nextAt(): number {
    return this.#nextAt;
  }

  begin(now: number): void {
    this.#nextAt = now + SECOND_MS / this.#perSecond;
  }

  served(now: number): void {
    this.#servedAt = [...this.#servedAt.slice(1 - REMEMBERED), now];
    if (this.#perSecond < this.#published) this.#perSecond = Math.min(this.#published, this.#perSecond + this.#stepPerSecond / this.#perSecond);
  }

  /** @param begunAt when the refused call began: one that began before the pace was slowed tells nothing of the slower pace */
  refused(begunAt: number, now: number): void {
    if (begunAt < this.#slowedAt) return;
    const lately = this.#servedPerSecond(now);
    // Who has been answered nothing yet knows no pace; the pauses between attempts do for them.
    if (lately === null) return;
    const refused = Number.isFinite(this.#perSecond) ? Math.min(this.#perSecond, LARGEST_LEAD * lately) : lately;
    this.#stepPerSecond = Math.max(LEAST_STEP_PER_SECOND, refused * QUICKER);
    this.#perSecond = Math.max(SLOWEST_PER_SECOND, refused * SLOWER);
    this.#slowedAt = now;
    this.#nextAt = Math.max(this.#nextAt, now + SECOND_MS / this.#perSecond);
  }

  #servedPerSecond(now: number): number | null {
    const lately = this.#servedAt.filter((at) => at > now - REMEMBERED_MS);
    const [first] = lately;
    return first === undefined || lately.length < 2 || now <= first ? null : ((lately.length - 1) * SECOND_MS) / (now - first);
  }
}
