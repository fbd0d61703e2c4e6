/** CloudTrail log files on disk as a source of evidence: every file is read or said, none is fatal. The records themselves are read in trail-event.ts. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { LogFileFault } from '../domain/evidence.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { problem } from '../domain/problem.ts';
import type { RootEvent } from '../domain/root-event.ts';
import type { EvidenceSource } from '../ports/evidence.ts';
import type { Ui } from '../ports/ui.ts';
import { FileReading, LogReading } from './log-reading.ts';
import { listLogFiles } from './log-tree.ts';

/** Small files are read at once, which is twice as fast; what they unpack to is bounded too. */
const SMALL_BYTES = 1_024 * 1_024;
const SMALL_CONTENT_BYTES = 64 * 1_024 * 1_024;
const CHUNK_BYTES = 256 * 1_024;
const PROGRESS_BYTES = 64 * 1_024 * 1_024;

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A whole small file, or null where it has to be read in pieces: it unpacks to more than a bounded size, or breaks off. */
function unpackSmall(content: Buffer): Buffer | null {
  try {
    return isGzip(content) ? gunzipSync(content, { maxOutputLength: SMALL_CONTENT_BYTES }) : content;
  } catch {
    return null;
  }
}

function scanWhole(file: FileReading, content: Buffer): void {
  file.setFlaw(file.scanner.push(content) ?? file.scanner.end());
}

/** @returns the digest of the compressed bytes */
async function scanInPieces(path: string, file: FileReading, give: () => void): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path);
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(2), position: 0 });
    const raw = createReadStream(path, { fd: handle.fd, start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
    const digest = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
    let isOver = false;
    const scan = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) {
        const flaw = file.scanner.push(chunk);
        give();
        if (flaw === null) continue;
        isOver = true;
        return file.setFlaw(flaw);
      }
      file.setFlaw(file.scanner.end());
    };
    const reading = isGzip(buffer) ? pipeline(raw, digest, createGunzip({ chunkSize: CHUNK_BYTES }), scan) : pipeline(raw, digest, scan);
    await reading.catch((thrown: unknown) => {
      // Who stops early closes the streams under those who still write.
      if (!isOver) throw thrown;
    });
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** What a failed reading says: broken gzip data, or a file that cannot be opened. */
function flawOf(thrown: unknown): Omit<LogFileFault, 'path'> {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
  if (code === 'Z_BUF_ERROR') return { kind: 'truncated', detail: 'the compressed data breaks off' };
  if (code.startsWith('Z_')) return { kind: 'damaged', detail: `the compressed data is damaged (${code})` };
  if (thrown instanceof Error && 'syscall' in thrown) return { kind: 'unreadable', detail: code };
  throw problem('tool/defect', { detail: `log file: ${code}`, cause: thrown });
}

/** Reads the `.json.gz` files below a folder, as trails write them; files that somebody has unpacked too. Reports progress to `ui`. */
export function openLogFiles(directory: string, ui: Ui): EvidenceSource {
  const readFileInto = async (reading: LogReading, path: string, bytes: number, account: AccountId, take: (events: RootEvent[]) => void): Promise<void> => {
    const file = new FileReading(reading, account);
    const give = (): void => take(file.takeEvents());
    try {
      const content = bytes > SMALL_BYTES ? null : await readFile(path);
      const whole = content === null ? null : unpackSmall(content);
      if (whole !== null) scanWhole(file, whole);
      const digest = content !== null && whole !== null ? createHash('sha256').update(content).digest('hex') : await scanInPieces(path, file, give);
      if (bytes > 0 && !reading.isNewContent(digest)) reading.counts.duplicates += 1;
    } catch (thrown) {
      const { kind, detail } = flawOf(thrown);
      file.setFault(kind, detail);
    }
    give();
    if (file.fault !== null) reading.addFault({ path, ...file.fault });
    else if (file.isEmpty) reading.counts.empty += 1;
    else reading.counts.whole += 1;
  };

  return {
    readRootEvents: async (request, take) => {
      const reading = new LogReading(directory);
      const { counts } = reading;
      let told = 0;
      const tell = (): void => ui.emit({ code: 'log-files/read', files: counts.found, bytes: counts.bytes, records: counts.records, faulty: counts.faulty });
      for await (const found of listLogFiles(directory, request.subject.account)) {
        request.signal.throwIfAborted();
        if (found.kind === 'other-account') counts.otherAccounts += 1;
        else if (found.kind === 'other-file') counts.otherFiles += 1;
        else if (found.kind === 'unreadable') reading.addFault({ path: found.path, kind: 'unreadable', detail: found.detail });
        else {
          counts.found += 1;
          counts.bytes += found.bytes;
          await readFileInto(reading, found.path, found.bytes, request.subject.account, take);
        }
        if (counts.bytes - told < PROGRESS_BYTES) continue;
        told = counts.bytes;
        tell();
      }
      tell();
      return reading.coverage(request.to);
    },
  };
}
