/** A world as text, so that it can be kept between two processes, and back. Knows no file. */
import type { World } from './world.ts';

const SCHEMA: World['schema'] = 1;

/** Why a kept world cannot be used: the text is no world at all, or one of another version. */
export class KeptWorldError extends Error {
  override readonly name = 'KeptWorldError';
  readonly kind: 'damaged' | 'other-schema';
  constructor(kind: 'damaged' | 'other-schema', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The world as JSON on one line. */
export function renderWorld(world: World): string {
  return `${JSON.stringify(world)}\n`;
}

/** @throws KeptWorldError */
export function parseWorld(text: string): World {
  const value = parseJson(text);
  if (!isRecord(value)) throw new KeptWorldError('damaged', 'The kept world is not a JSON object.');
  if (value['schema'] !== SCHEMA) {
    const found = JSON.stringify(value['schema']);
    throw new KeptWorldError('other-schema', `The kept world has schema ${found}; this version reads schema ${SCHEMA}.`);
  }
  if (!isWorld(value)) throw new KeptWorldError('damaged', 'The kept world lacks a part, or has one of the wrong kind.');
  return value;
}

/** Looks at the outline only: whoever can write the file can furnish any world anyway. */
function isWorld(value: Record<string, unknown>): value is World & Record<string, unknown> {
  const records = ['accounts', 'profiles', 'rootSecrets', 'limits'];
  const lists = ['principals', 'events', 'agenda', 'faults', 'effects'];
  return (
    typeof value['scenario'] === 'string' &&
    (value['partition'] === 'aws' || value['partition'] === 'aws-us-gov' || value['partition'] === 'aws-cn') &&
    Number.isSafeInteger(value['now']) &&
    Number.isSafeInteger(value['sequence']) &&
    records.every((member) => isRecord(value[member])) &&
    lists.every((member) => Array.isArray(value[member])) &&
    (value['organization'] === undefined || isRecord(value['organization']))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
