/** Which view a format has. */
import type { Clock } from '../ports/clock.ts';
import type { Ui } from '../ports/ui.ts';
import { openHumanView } from './human-view.ts';
import { openLiveView } from './live-view.ts';
import { openNdjsonView } from './json-view.ts';
import type { Streams } from './streams.ts';

/** With `json` the result is one document, which the command writes itself; what is said on the way goes to standard error. */
export function openView(format: 'table' | 'json' | 'ndjson', streams: Streams, clock: Clock): Ui {
  if (format === 'ndjson') return openNdjsonView(streams);
  if (format === 'table' && streams.isInteractive) return openLiveView(streams, clock);
  return openHumanView(format === 'json' ? { ...streams, result: streams.progress, page: streams.terminal } : streams, clock);
}
