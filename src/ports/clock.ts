/** Time as the rest of rootzero knows it: the world's time, which a rehearsal runs faster than the wall. */
export interface Clock {
  /** Milliseconds since 1970, in the world's time. */
  now(): number;
  /** Resolves after so many milliseconds of the world's time, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
