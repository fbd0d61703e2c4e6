/** A value as it was seen at a time, or the reason why it is not known. Unknown is never a default. */
import type { Instant } from './instant.ts';
import type { ProblemCode } from './problem.ts';

/** Where a value was read: the API call, in AWS's own words (`iam:ListAccessKeys`). */
export type Source = string;

export type Observed<Value> =
  | { known: true; value: Value; at: Instant; source: Source }
  | { known: false; because: ProblemCode; source: Source; detail?: string };

export const known = <Value>(value: Value, at: Instant, source: Source): Observed<Value> => ({ known: true, value, at, source });

export const unknown = (because: ProblemCode, source: Source, detail?: string): { known: false; because: ProblemCode; source: Source; detail?: string } =>
  detail === undefined ? { known: false, because, source } : { known: false, because, source, detail };
