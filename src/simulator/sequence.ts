/** Ids of the simulated AWS, counted up from the world's sequence so that a world is reproducible. Knows no service. */
import type { World } from './world.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A request id in the form of a UUID. */
export function nextRequestId(world: World): string {
  return `00000000-0000-4000-8000-${nextNumber(world).toString(16).padStart(12, '0')}`;
}

/** An access key id of 20 characters, clearly not a real one: `AKIASIMULATED…` or `ASIASIMULATED…`. */
export function nextAccessKeyId(world: World, prefix: 'AKIA' | 'ASIA'): string {
  let rest = nextNumber(world);
  let suffix = '';
  while (suffix.length < 7) {
    suffix = `${BASE32.charAt(rest % 32)}${suffix}`;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}SIMULATED${suffix}`;
}

function nextNumber(world: World): number {
  world.sequence += 1;
  return world.sequence;
}
