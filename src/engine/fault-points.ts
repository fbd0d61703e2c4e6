/** Named points at which a test can stop the world: between intent, effect and record. In production nothing listens. */
export type FaultPoint =
  | 'journal/before-append'
  | 'journal/torn-append'
  | 'journal/between-line-and-head'
  | 'journal/after-append'
  | 'step/before-act'
  | 'step/after-act';

export type FaultPoints = { reach(point: FaultPoint, subject: string): void };

export const NO_FAULTS: FaultPoints = { reach: () => undefined };
