/** One finding of the preflight: what was looked at, how it stands, and what mends it. Knows neither how it was read nor how it is shown. */
import type { Observed } from './observed.ts';

export type PreflightArea = 'credentials' | 'organization' | 'detection' | 'limits';
/** `unknown` is never in order: what could not be looked at may be in the way. */
export type PreflightState = 'in-order' | 'in-the-way' | 'unknown' | 'not-applicable';

export type PreflightId =
  | 'reading-identity' | 'reading-permissions' | 'root-identity' | 'root-permissions'
  | 'place' | 'all-features' | 'policy-type' | 'trusted-access' | 'central-root-access' | 'policies-on-root' | 'policies-on-assume-root' | 'policy-slots'
  | 'event-history' | 'trail' | 'config-recorder'
  | 'quotas';

/** What mends a finding: a command as it is to be typed, with capitals for what only the reader knows, and a word on it. */
export type Mend = { command: string | null; advice: string | null };

export type PreflightFinding = {
  id: PreflightId;
  area: PreflightArea;
  state: PreflightState;
  /** One or two sentences; may hold text from outside. */
  summary: string;
  /** Null where nothing is to be mended. */
  mend: Mend | null;
};

export type Judgement = Omit<PreflightFinding, 'id' | 'area'>;

export const byCommand = (command: string, advice: string | null = null): Mend => ({ command, advice });
export const byAdvice = (advice: string): Mend => ({ command: null, advice });

export const inOrder = (summary: string): Judgement => ({ state: 'in-order', summary, mend: null });
export const inTheWay = (summary: string, mend: Mend): Judgement => ({ state: 'in-the-way', summary, mend });
export const notTold = (summary: string, mend: Mend): Judgement => ({ state: 'unknown', summary, mend });
export const notApplicable = (summary: string): Judgement => ({ state: 'not-applicable', summary, mend: null });

/** The judgement of a value that was read, or that it was not, with the code and AWS's own words. */
export const judge = <Value>(observed: Observed<Value>, what: string, mend: Mend, assess: (value: Value) => Judgement): Judgement =>
  (observed.known ? assess(observed.value) : notTold(`${what} could not be read (${observed.because}): ${observed.detail ?? `${observed.source}.`}`, mend));
