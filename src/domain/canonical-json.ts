/** JSON values and their one canonical text (RFC 8785), for digests. Pure. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * RFC 8785: members sorted by UTF-16 code units, numbers and strings as ECMAScript prints them, no white space. Members whose value is
 * `undefined` are left out, as JSON.stringify does.
 * @throws TypeError for what JSON cannot hold (functions, NaN, infinite numbers)
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a JSON number');
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`JSON cannot hold a ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** The value of a JSON text, or `undefined` when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
