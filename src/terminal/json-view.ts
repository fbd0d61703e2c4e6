/** The machine's view: every message as one line of JSON, in the order it was said. */
import { printableJson } from '../domain/printable-json.ts';
import type { Message, Ui } from '../ports/ui.ts';
import type { Streams } from './streams.ts';

/** `-o ndjson` */
export const openNdjsonView = (streams: Streams): Ui => ({ ask: null, emit: (message: Message) => streams.result(printableJson(message, false)) });
