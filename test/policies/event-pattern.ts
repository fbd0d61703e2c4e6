/** Whether an event matches a pattern, by the EventBridge User Guide ("Event pattern syntax"): as much of it as the library uses. Knows no file. */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Pattern = { [name: string]: Json };

const isObject = (value: Json | undefined): value is Pattern => typeof value === 'object' && value !== null && !Array.isArray(value);

/** One entry of a list of alternatives. @throws Error for a comparison that the library does not use */
function isAlternativeMet(alternative: Json, value: Json | undefined): boolean {
  if (!isObject(alternative)) return alternative === value;
  const { exists, 'anything-but': unwanted, ...others } = alternative;
  if (Object.keys(others).length > 0) throw new Error(`${Object.keys(others).join()} is not known here`);
  if (exists !== undefined) return exists === (value !== undefined);
  return value !== undefined && value !== unwanted;
}

/** Every field that the pattern names has to match; `$or` is met by one of its patterns. Fields that it does not name do not count. */
export function isEventMatch(pattern: Pattern, event: Json | undefined): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or' && Array.isArray(wanted)) return wanted.some((each) => isObject(each) && isEventMatch(each, event));
    const value = isObject(event) ? event[name] : undefined;
    if (Array.isArray(wanted)) return wanted.some((alternative) => isAlternativeMet(alternative, value));
    if (!isObject(wanted)) throw new Error(`${name} is neither a list nor an object`);
    return isEventMatch(wanted, value);
  });
}
