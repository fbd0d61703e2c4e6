/** What the sources of evidence covered, and what of it is missing. "No use seen" is worth what stands here. Pure. */
import type { Coverage } from './root-event.ts';

export type LogFileFault = {
  path: string;
  kind: 'damaged' | 'truncated' | 'not-cloudtrail' | 'unreadable-record' | 'oversized-record' | 'unreadable';
  detail: string;
};

/** What became of every file of a tree of log files. */
export type LogFileCounts = {
  directory: string;
  found: number;
  /** Read from their first to their last record. */
  whole: number;
  /** Compressed. */
  bytes: number;
  /** Records of everybody, root's among them. */
  records: number;
  empty: number;
  /** The same content had been read before. */
  duplicates: number;
  /** Folders and files of other accounts; not opened. */
  otherAccounts: number;
  /** Digest files and files of other names; not opened. */
  otherFiles: number;
  /** How many had a fault; `faults` lists the first of them. */
  faulty: number;
  faults: LogFileFault[];
  /** By Region, on how many days a log file begins. */
  days: Record<string, number>;
};

export type SourceCoverage = {
  source: 'event-history' | 'log-files';
  coverage: Coverage;
  /** Event history never has them; a trail has those that it was told to record. */
  dataEvents: 'never' | 'seen' | 'not-seen';
  files: LogFileCounts | null;
};

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function fileGaps(files: LogFileCounts): string[] {
  return [
    ...(files.found === 0 ? [`no log file in ${files.directory}`] : []),
    ...(files.faulty === 0 ? [] : [`${plural(files.faulty, 'log file')} of ${files.found} could not be read in full`]),
    ...(files.empty === 0 ? [] : [`${plural(files.empty, 'log file')} ${files.empty === 1 ? 'is' : 'are'} empty`]),
  ];
}

/** What was asked for and could not be read, as sentence parts; empty where everything was. What a source can never show is not listed. */
export function listGaps(sources: readonly SourceCoverage[]): string[] {
  return sources.flatMap(({ source, coverage, files }) => {
    const unreadable = coverage.regions.filter((region) => !region.readable).map(({ region }) => region);
    return [
      ...(unreadable.length === 0 ? [] : [`Event history of ${unreadable.join(', ')} could not be read`]),
      ...(source === 'event-history' && !coverage.isRegionListComplete ? ['the list of enabled Regions could not be read; opt-in Regions were not looked at'] : []),
      ...(files === null ? [] : fileGaps(files)),
    ];
  });
}

/** True where the contents that somebody reads or writes could show. */
export const hasDataEvents = (sources: readonly SourceCoverage[]): boolean => sources.some(({ dataEvents }) => dataEvents === 'seen');
