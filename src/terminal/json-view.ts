/** The machine's view: every message as one line of JSON, in the order it was said. Control characters are escaped by JSON itself. */
import type { Message, Ui } from '../ports/ui.ts';
import type { Streams } from './streams.ts';

/** JSON leaves C1 and bidirectional controls as they are; escaped they are the same JSON and harmless on a screen. */
const escapeControls = (json: string): string =>
  json.replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const renderJson = (value: unknown, isPretty: boolean): string => `${escapeControls(JSON.stringify(value, null, isPretty ? 2 : undefined))}\n`;

/** `-o ndjson` */
export const openNdjsonView = (streams: Streams): Ui => ({ emit: (message: Message) => streams.result(renderJson(message, false)) });
