/** Which view a format has. */
import type { Clock } from '../ports/clock.ts';
import type { Ui } from '../ports/ui.ts';
import { openHumanView } from './human-view.ts';
import { openLiveView } from './live-view.ts';
import { openNdjsonView } from './json-view.ts';
import type { Streams } from './streams.ts';

/** A file has no colours, and no window that could be wider or narrower. */
const FILE_COLUMNS = 80;
const onPaper = (streams: Streams, result: (text: string) => void): Streams =>
  ({ ...streams, result, page: { ...streams.page, columns: () => FILE_COLUMNS, isColoured: false, isUnicode: true }, isInteractive: false });

/**
 * With `json` the result is one document, which the command writes itself; what is said on the way goes to standard error.
 * @param file takes the results in place of standard output
 */
export function openView(format: 'table' | 'json' | 'ndjson', given: Streams, clock: Clock, file?: (text: string) => void): Ui {
  const streams = file === undefined ? given : onPaper(given, file);
  if (format === 'ndjson') return openNdjsonView(streams);
  if (format === 'table' && streams.isInteractive) return openLiveView(streams, clock);
  return openHumanView(format === 'json' ? { ...streams, result: streams.progress, page: streams.terminal } : streams, clock);
}
