/** What the operating system gives: identity of this process, randomness, digests. Only composition roots implement it. */
export interface System {
  /** Name and version, as journals and user agents carry it: `rootzero/0.1.0`. */
  readonly tool: string;
  readonly processId: number;
  readonly host: string;
  isProcessAlive: (processId: number) => boolean;
  /** Uniform in [0, 1). */
  random: () => number;
  /** SHA-256 of UTF-8 text, as 64 hexadecimal digits. */
  sha256: (text: string) => string;
}
