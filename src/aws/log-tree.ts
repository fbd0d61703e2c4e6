/** The files of a tree of CloudTrail log files, one after the other, and what is left out of it. Opens no file. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { AccountId } from '../domain/identifiers.ts';
import { problem } from '../domain/problem.ts';

/** `AWSLogs/111122223333`, in an organization's trail `AWSLogs/o-exampleorg1/111122223333` (CloudTrail User Guide, "Finding your CloudTrail log files"). */
const ACCOUNT_FOLDER = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})$/;
/** Hashes of log files, and findings about them: no events. */
const OTHER_FOLDER = /^CloudTrail-(Digest|Insight)$/;
const LOG_NAME = /\.(json|json\.gz|gz)$/;
/** `111122223333_CloudTrail_us-east-1_20261124T1200Z_….json.gz`: whose events are in it, wherever somebody has copied it to (CloudTrail User Guide, "CloudTrail log file examples"). */
const NAMED_FOR = /^(\d{12})_CloudTrail_/;

export type LogFile =
  | { kind: 'log'; path: string; bytes: number }
  | { kind: 'other-account'; path: string }
  | { kind: 'other-file'; path: string }
  | { kind: 'unreadable'; path: string; detail: string };

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown));

async function* walk(folder: string, account: AccountId, isOther: boolean): AsyncGenerator<LogFile> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown: unknown) => codeOf(thrown));
  if (typeof entries === 'string') {
    yield { kind: 'unreadable', path: folder, detail: entries };
    return;
  }
  for (const entry of entries.sort((first, second) => (first.name < second.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const [, owner] = ACCOUNT_FOLDER.exec(path.replaceAll('\\', '/')) ?? [];
      if (owner !== undefined && owner !== account) yield { kind: 'other-account', path };
      else yield* walk(path, account, isOther || OTHER_FOLDER.test(entry.name));
    } else if (isOther || !LOG_NAME.test(entry.name) || !entry.isFile()) {
      yield { kind: 'other-file', path };
    } else if ((NAMED_FOR.exec(entry.name)?.[1] ?? account) !== account) {
      yield { kind: 'other-account', path };
    } else {
      const found = await stat(path).catch((thrown: unknown) => codeOf(thrown));
      yield typeof found === 'string' ? { kind: 'unreadable', path, detail: found } : { kind: 'log', path, bytes: found.size };
    }
  }
}

/**
 * Every file below `directory` in the order of its path, symbolic links not followed. Folders and files of other accounts than `account`,
 * and of other things than events, are named, not entered or opened.
 * @throws Problem `input/unreadable-file` where there is no such folder
 */
export async function* listLogFiles(directory: string, account: AccountId): AsyncGenerator<LogFile> {
  const top = resolve(directory);
  const found = await stat(top).catch((thrown: unknown) => codeOf(thrown));
  if (typeof found === 'string') throw problem('input/unreadable-file', { detail: `${directory}: ${found}.` });
  if (!found.isDirectory()) throw problem('input/unreadable-file', { detail: `${directory} is no folder; give the folder that the log files are in.` });
  yield* walk(top, account, OTHER_FOLDER.test(basename(top)));
}
