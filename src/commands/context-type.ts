/** What every command may touch: the composition roots make one, live or for a rehearsal. Types only. */
import type { RunId } from '../domain/identifiers.ts';
import type { FaultPoints } from '../engine/fault-points.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identities } from '../ports/cloud.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { SurveyStore } from '../ports/survey-store.ts';
import type { System } from '../ports/system.ts';
import type { Ui } from '../ports/ui.ts';

export type OutputFormat = 'table' | 'json' | 'ndjson';

export type IdentityOptions = {
  profile?: string;
  rootProfile?: string;
  orgProfile?: string;
  region?: string;
  allowEndpoint: string[];
  /** Goes into the user agent, so that the run's own events can be recognised. */
  runId?: RunId;
};

export type Context = {
  /** `live`, or `rehearsal <scenario>`. */
  world: string;
  clock: Clock;
  system: System;
  faults: FaultPoints;
  signal: AbortSignal;
  /** Region that the Config rule goes to unless another is named; null for the home Region of the partition. */
  openIdentities(options: IdentityOptions): Promise<Identities>;
  /** CloudTrail log files below a folder, as a source of evidence; progress goes to `ui`. */
  openLogFiles(directory: string, ui: Ui): Promise<EvidenceSource>;
  openStore(directory: string | undefined): Promise<RunStore>;
  openSurveys(directory: string | undefined): Promise<SurveyStore>;
  /** @param file takes the results in place of standard output */
  openUi(format: OutputFormat, file?: (text: string) => void): Ui;
  /** Text on standard output, for results that are no messages. */
  result: (text: string) => void;
  /** Waits in `resume` until a soak is over, even without `--wait`: a rehearsal's clock does not move by itself. */
  isResumeWaiting: boolean;
  readFile(path: string): Promise<string>;
  writeFile(path: string, text: string): Promise<void>;
  /** A file under policies/ or runbooks/ of the package. */
  readAsset(path: string): Promise<string>;
  /** Names of the files in such a folder. */
  listAssets(folder: string): Promise<string[]>;
};
