/** The credential report as CSV text → the root user's row. What is not plainly there is refused; nothing is guessed. Knows no API. */
import { parse } from 'csv-parse/sync';
import { parseInstant, type Instant } from '../domain/instant.ts';
import { problem } from '../domain/problem.ts';
import type { CredentialReport, LastUse, ReportedKey } from '../domain/root-user.ts';

const ROOT_USER = '<root_account>';
/** Words that stand where there is no value (IAM User Guide, "Getting credential reports"). */
const NO_VALUE: ReadonlySet<string> = new Set(['n/a', 'no_information', 'not_supported']);

type Cell = (column: string) => string;

const unreadable = (detail: string): Error => problem('report/unreadable', { detail });

function parseRows(text: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

/** Columns are found by their name; new ones appear over the years. */
function parseRootRow(text: string): Cell {
  const [header = [], ...rows] = parseRows(text);
  if (new Set(header).size !== header.length) throw unreadable('A column stands twice in the header.');
  const userColumn = header.indexOf('user');
  const rootRows = rows.filter((row) => row[userColumn] === ROOT_USER);
  const row = rootRows[0];
  if (userColumn === -1 || row === undefined || rootRows.length > 1) throw unreadable(`${rootRows.length} rows for ${ROOT_USER}.`);
  return (column) => {
    const cell = row[header.indexOf(column)];
    if (cell === undefined) throw unreadable(`There is no column ${column}.`);
    return cell;
  };
}

/** Documented as TRUE and FALSE, served as true and false. */
function parseFlag(cell: Cell, column: string): boolean {
  const text = cell(column).toLowerCase();
  if (text !== 'true' && text !== 'false') throw unreadable(`${column} is ${JSON.stringify(text)}.`);
  return text === 'true';
}

function parseText(cell: Cell, column: string): string | null {
  const text = cell(column);
  return NO_VALUE.has(text.toLowerCase()) ? null : text;
}

function parseTime(cell: Cell, column: string): Instant | null {
  const text = parseText(cell, column);
  if (text === null) return null;
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? parseInstant(text) : undefined;
  if (at === undefined) throw unreadable(`${column} is ${JSON.stringify(text)}.`);
  return at;
}

function parseKey(cell: Cell, slot: 1 | 2): ReportedKey {
  const column = `access_key_${slot}`;
  const usedAt = parseTime(cell, `${column}_last_used_date`);
  const service = parseText(cell, `${column}_last_used_service`) ?? 'N/A';
  const region = parseText(cell, `${column}_last_used_region`) ?? 'N/A';
  const lastUse: LastUse | null = usedAt === null ? null : { at: usedAt, service, region };
  return { isActive: parseFlag(cell, `${column}_active`), lastRotatedAt: parseTime(cell, `${column}_last_rotated`), lastUse };
}

/** The root user's part of a report. @throws Problem `report/unreadable` */
export function parseReportText(text: string, generatedAt: Instant): CredentialReport {
  const cell = parseRootRow(text);
  return {
    generatedAt,
    keys: [parseKey(cell, 1), parseKey(cell, 2)],
    passwordEnabled: parseText(cell, 'password_enabled') === null ? null : parseFlag(cell, 'password_enabled'),
    passwordLastUsedAt: parseTime(cell, 'password_last_used'),
    mfaActive: parseFlag(cell, 'mfa_active'),
    certificatesActive: [parseFlag(cell, 'cert_1_active'), parseFlag(cell, 'cert_2_active')].includes(true),
  };
}
