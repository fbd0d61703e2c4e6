/** Streams without a terminal, as a pipeline has them: what is written is handed on. */
import { PassThrough } from 'node:stream';
import type { Streams } from '../../src/terminal/streams.ts';
import { assessSurface, openTerminal } from '../../src/terminal/terminal.ts';

export function openTestStreams({ result, progress }: Pick<Streams, 'result' | 'progress'>): Streams {
  const terminal = openTerminal({
    input: new PassThrough(),
    output: new PassThrough(),
    every: () => () => undefined,
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    suspend: () => undefined,
    strike: () => undefined,
  }, {}, 'linux');
  return { result, progress, page: assessSurface(terminal.output, {}, 'linux'), terminal, isInteractive: false };
}
