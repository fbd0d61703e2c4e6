/** Where a command's result goes: standard output, or the file of `--out`, written when the result is complete. */
import type { Context } from './context-type.ts';

export type ResultSink = { write: (text: string) => void; close: () => Promise<void> };

/** @throws Problem `input/unwritable-file` from `close` */
export function openResult(context: Pick<Context, 'result' | 'writeFile'>, path: string | undefined): ResultSink {
  if (path === undefined) return { write: context.result, close: () => Promise.resolve() };
  let kept = '';
  return {
    write: (text) => { kept += text; },
    close: () => context.writeFile(path, kept),
  };
}
