/** Random values that fit a schema of an SDK client, reproducible from a seed. */
import type { NormalizedSchema } from '@smithy/core/schema';

const TEXTS = ['a', 'x y', '<&>"\'', 'é漢🙂', 'p.1.q=2&r', '0012', 'true', '{"k":[1]}', ' lead', 'tab\tin'];
const MAX_DEPTH = 6;

export type Samples = { sample: (schema: NormalizedSchema) => Record<string, unknown> };

export function openSamples(seed: number): Samples {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };

  function structure(schema: NormalizedSchema, depth: number): Record<string, unknown> {
    const members = [...schema.structIterator()];
    const isWanted = schema.isUnionSchema() ? pickOne(members.length) : () => random() < 0.75;
    const result: Record<string, unknown> = {};
    for (const [index, [name, member]] of members.entries()) {
      const traits = member.getMergedTraits();
      if (!isWanted(index) && traits.httpLabel === undefined && traits.idempotencyToken === undefined) continue;
      const sampled = value(member, depth + 1);
      if (sampled !== undefined) result[name] = sampled;
    }
    return result;
  }

  function pickOne(count: number): (index: number) => boolean {
    const chosen = Math.floor(random() * count);
    return (index) => index === chosen;
  }

  function value(schema: NormalizedSchema, depth: number): unknown {
    if (schema.isStructSchema()) return depth > MAX_DEPTH ? undefined : filledStructure(schema, depth);
    if (schema.isListSchema()) {
      const item = depth > MAX_DEPTH ? undefined : value(schema.getValueSchema(), depth + 1);
      return item === undefined ? undefined : [item];
    }
    if (schema.isMapSchema()) {
      const item = depth > MAX_DEPTH ? undefined : value(schema.getValueSchema(), depth + 1);
      return item === undefined ? undefined : { 'k0': item, 'k1 &<': item };
    }
    if (schema.isBlobSchema()) return new Uint8Array([1, 2, 250, 0, 65]);
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + Math.floor(random() * 1e6) * 1_000);
    if (schema.isBooleanSchema()) return random() < 0.5;
    if (schema.isNumericSchema()) return Math.floor(random() * 1_000);
    return schema.isStringSchema() ? TEXTS[Math.floor(random() * TEXTS.length)] : undefined;
  }

  /** An empty structure cannot be written in a form, so a nested one gets at least a member or is left out. */
  function filledStructure(schema: NormalizedSchema, depth: number): Record<string, unknown> | undefined {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const result = structure(schema, depth);
      if (Object.keys(result).length > 0) return result;
    }
    return undefined;
  }

  return { sample: (schema) => (schema.isStructSchema() ? structure(schema, 0) : {}) };
}
