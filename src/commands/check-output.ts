/** What every check has in common: waivers in, and one or several documents out. Knows neither accounts nor organizations. */
import type { FailOn } from '../domain/outcome.ts';
import type { Waiver } from '../domain/waiver.ts';
import type { Ui } from '../ports/ui.ts';
import { isDocument, parseAlso, type DocumentFormat } from './check-documents.ts';
import type { Context } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { openResult } from './result-file.ts';
import { parseWaivers } from './waivers-file.ts';

export type CheckOutputOptions = Omit<CommonOptions, 'format'> & {
  format: 'table' | 'ndjson' | DocumentFormat;
  failOn: FailOn;
  waivers?: string;
  out?: string;
  also: string[];
};

const SILENT: Ui = { ask: null, emit: () => undefined };

export type CheckOutput = {
  ui: Ui;
  waivers: Waiver[];
  waiversFile: string | null;
  /** Whether any document is to be written, which takes all that was found. */
  isDocumented: boolean;
  /** Writes the documents that were asked for. @throws Problem `input/unwritable-file` */
  finish: (render: (format: DocumentFormat) => Promise<string>) => Promise<void>;
};

/** @throws Problem of options and the waivers file; nothing is asked of AWS yet */
export async function openCheckOutput(context: Context, options: CheckOutputOptions): Promise<CheckOutput> {
  const { also, format, out, waivers: waiversFile = null } = options;
  const extras = also.map(parseAlso);
  const waivers = waiversFile === null ? [] : parseWaivers(waiversFile, await context.readFile(waiversFile));
  const result = openResult(context, out);
  // A document on standard output stands alone; one in a file leaves the terminal to people.
  const ui = !isDocument(format) ? context.openUi(format, out === undefined ? undefined : result.write) : out === undefined ? SILENT : context.openUi('json');
  return {
    ui, waivers, waiversFile,
    isDocumented: isDocument(format) || extras.length > 0,
    finish: async (render) => {
      if (isDocument(format)) result.write(await render(format));
      await result.close();
      for (const extra of extras) await context.writeFile(extra.path, await render(extra.format));
      for (const path of [...(out === undefined ? [] : [out]), ...extras.map((extra) => extra.path)]) ui.emit({ code: 'note', text: `Written: ${path}` });
    },
  };
}
