/** Where runs live, in domain words: folders of plan, journal and evidence under one state directory. */
import type { Subject } from '../domain/any-plan.ts';
import type { RunId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';

/** Every file of a run, by name, as text. */
export type RunBundle = { schema: 1; runId: string; exportedAt: Instant; files: Record<string, string>; digest: string };

export interface RunStore {
  readonly directory: string;
  /** Newest first. */
  listRuns(): Promise<RunId[]>;
  /** Creates the run's folder (0700) with `plan.json` (0600). @throws Problem `state/unwritable` */
  createRun(runId: RunId, planText: string): Promise<void>;
  folderOf(runId: RunId): string;
  /** The folder, made where it is missing, whose lock keeps every other writer off the runs on the same subject. */
  openSubjectFolder(subject: Subject): Promise<string>;
  /** @throws Problem `state/no-such-run` */
  readPlan(runId: RunId): Promise<string>;
  /** Writes a file of evidence atomically (0600): `before.json`, `after.json`, `summary.json`. */
  writeEvidence(runId: RunId, name: string, text: string): Promise<void>;
  exportRun(runId: RunId, at: Instant): Promise<RunBundle>;
  /** Takes a bundle in; a run that is there already is replaced only when its journal is a beginning of the one that comes. @throws Problem `state/bad-bundle` */
  importRun(text: string): Promise<RunId>;
}
