/** Cuts the bytes of one CloudTrail log file into its records, without reading them and with bounded memory. Knows no record's content and no file. */

/** Many times the longest record that CloudTrail writes; a longer one is passed over, and said. */
const LONGEST_RECORD_BYTES = 4 * 1_024 * 1_024;
/** A log file is one line, `{"Records":[{…},{…}]}` (CloudTrail User Guide, "CloudTrail log file examples"). */
const HEAD = /^(?:ï»¿)?\s*\{\s*"Records"\s*:\s*\[/;
const LONGEST_HEAD_BYTES = 256;

/** What is wrong with a file as a whole. */
export type LogFlaw = { kind: 'empty' | 'not-cloudtrail' | 'truncated' | 'damaged'; detail: string };

export type RecordScanner = {
  /** Takes the next bytes. @returns a flaw after which nothing more can be read */
  push: (chunk: Buffer) => LogFlaw | null;
  /** The file is over. */
  end: () => LogFlaw | null;
};

export type RecordSink = {
  /** The bytes of one record, good until the call returns. */
  onRecord: (record: Buffer) => void;
  onOversized: () => void;
};

const [QUOTE, BACKSLASH, COMMA, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Opens a scanner for one file. Whole log files one after the other (gzip files may be concatenated) are read as one. */
export function openRecordScanner(sink: RecordSink): RecordScanner {
  let phase: 'head' | 'records' | 'tail' | 'done' = 'head';
  let head = Buffer.alloc(0);
  let seen = 0;
  /** Inside the present record: how deep, and whether in a string. */
  let [depth, isInString, isEscaped] = [0, false, false];
  /** The beginning of a record whose end is in a later chunk. */
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let isOversized = false;

  const keep = (part: Buffer): void => {
    pendingBytes += part.length;
    if (pendingBytes > LONGEST_RECORD_BYTES) isOversized = true;
    // The chunk's memory may be used again by whoever made it.
    if (isOversized) pending = [];
    else pending.push(Buffer.from(part));
  };

  const finish = (part: Buffer): void => {
    if (pendingBytes > 0) keep(part);
    if (isOversized || part.length > LONGEST_RECORD_BYTES) sink.onOversized();
    else sink.onRecord(pendingBytes > 0 ? Buffer.concat(pending) : part);
    [pending, pendingBytes, isOversized] = [[], 0, false];
  };

  /** Scans from `index` to the end of the record or of the chunk; returns where it stopped. */
  const scanRecord = (chunk: Buffer, from: number): number => {
    const { length } = chunk;
    let index = from;
    if (isEscaped && index < length) [index, isEscaped] = [index + 1, false];
    while (index < length) {
      const byte = chunk[index];
      index += 1;
      if (isInString) {
        if (byte === QUOTE) isInString = false;
        else if (byte === BACKSLASH) {
          if (index === length) isEscaped = true;
          else index += 1;
        }
      } else if (byte === QUOTE) isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    return index;
  };

  const readHead = (chunk: Buffer, from: number): number | LogFlaw => {
    const before = head.length;
    head = Buffer.concat([head, chunk.subarray(from, from + LONGEST_HEAD_BYTES)]);
    const [match] = HEAD.exec(head.toString('latin1')) ?? [];
    if (match !== undefined) {
      [phase, head] = ['records', Buffer.alloc(0)];
      return from + match.length - before;
    }
    const first = head.find((byte) => !isSpace(byte) && byte < 0x80);
    if (head.length >= LONGEST_HEAD_BYTES || (first !== undefined && first !== OPEN_BRACE)) return { kind: 'not-cloudtrail', detail: 'it does not begin like a CloudTrail log file' };
    return chunk.length;
  };

  const readBetween = (chunk: Buffer, from: number): number | LogFlaw => {
    for (let index = from; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (isSpace(byte) || byte === COMMA) continue;
      if (byte === OPEN_BRACE) {
        const end = scanRecord(chunk, index);
        if (depth === 0) finish(chunk.subarray(index, end));
        else keep(chunk.subarray(index, end));
        return end;
      }
      if (byte !== CLOSE_BRACKET) return { kind: 'damaged', detail: 'something that is no record stands between the records' };
      phase = 'tail';
      return index + 1;
    }
    return chunk.length;
  };

  const readTail = (chunk: Buffer, from: number): number | LogFlaw => {
    const index = chunk.subarray(from).findIndex((byte) => !isSpace(byte));
    if (index === -1) return chunk.length;
    if (phase === 'done') {
      phase = 'head';
      return from + index;
    }
    if (chunk[from + index] !== CLOSE_BRACE) return { kind: 'damaged', detail: 'something follows the records' };
    phase = 'done';
    return from + index + 1;
  };

  const step = (chunk: Buffer, from: number): number | LogFlaw => {
    if (phase === 'head') return readHead(chunk, from);
    if (phase !== 'records') return readTail(chunk, from);
    if (depth === 0) return readBetween(chunk, from);
    const end = scanRecord(chunk, from);
    if (depth === 0) finish(chunk.subarray(from, end));
    else keep(chunk.subarray(from, end));
    return end;
  };

  return {
    push: (chunk) => {
      seen += chunk.length;
      for (let index = 0; index < chunk.length;) {
        const next = step(chunk, index);
        if (typeof next !== 'number') return next;
        index = next;
      }
      return null;
    },
    end: () => {
      if (phase === 'done') return null;
      if (seen === 0) return { kind: 'empty', detail: 'it has no content' };
      if (phase === 'head') return { kind: /^\s*\{?\s*"?[Recods]{0,7}"?\s*:?\s*$/.test(head.toString('latin1')) ? 'truncated' : 'not-cloudtrail', detail: 'it ends before its first record' };
      return { kind: 'truncated', detail: 'it ends in the middle' };
    },
  };
}
