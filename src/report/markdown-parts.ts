/** The parts that Markdown documents are made of, and their text form. Text from outside is to stand in code only. */
import type { ListItem, PhrasingContent, RootContent, TableRow } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import type { Instant } from '../domain/instant.ts';
import { printableText } from '../domain/printable-text.ts';

export const words = (value: string): PhrasingContent => ({ type: 'text', value });
export const code = (value: string): PhrasingContent => ({ type: 'inlineCode', value: printableText(value) });
export const heading = (depth: 2 | 3, ...children: PhrasingContent[]): RootContent => ({ type: 'heading', depth, children });
export const paragraph = (...children: PhrasingContent[]): RootContent => ({ type: 'paragraph', children });
export const row = (...cells: PhrasingContent[][]): TableRow => ({ type: 'tableRow', children: cells.map((children) => ({ type: 'tableCell', children })) });
export const item = (...children: PhrasingContent[]): ListItem => ({ type: 'listItem', spread: false, children: [{ type: 'paragraph', children }] });
export const list = (children: ListItem[]): RootContent => ({ type: 'list', ordered: false, spread: false, children });

/** `2026-11-24 14:17Z` */
export const minuteOf = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 16)}Z`;

export const table = (...children: TableRow[]): RootContent => ({ type: 'table', children });

export const renderParts = (children: RootContent[]): string => toMarkdown({ type: 'root', children }, { bullet: '-', extensions: [gfmTableToMarkdown({ tablePipeAlign: false })] });
