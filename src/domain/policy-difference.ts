/** Two policies side by side, statement by statement, in one line. Pure. */
import { canonicalJson, parseJson, type Json } from './canonical-json.ts';

function statementsOf(text: string): string[] | null {
  const policy = parseJson(text);
  if (policy === undefined || policy === null || typeof policy !== 'object' || Array.isArray(policy)) return null;
  const written: Json | undefined = policy['Statement'];
  return (Array.isArray(written) ? written : [written]).map((statement) => canonicalJson(statement));
}

/** `there only: …; here only: …`; whole texts where one is no policy. */
export function differenceOf(there: string, here: string): string {
  const [left, right] = [statementsOf(there), statementsOf(here)];
  if (left === null || right === null) return `there: ${there}; here: ${here}`;
  const only = (some: string[], others: string[]): string => some.filter((statement) => !others.includes(statement)).join(' ') || 'nothing';
  return `there only: ${only(left, right)}; here only: ${only(right, left)}`;
}
