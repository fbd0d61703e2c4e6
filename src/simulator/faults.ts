/** Trouble on demand: decides which calls the world's faults disturb, and counts them. Does not know what a call does. */
import type { Fault, World } from './world.ts';

/**
 * The fault that disturbs this call, if any; its counters are moved on. The first fault that matches wins, and
 * only that one is counted.
 * @param call `iam:DeleteAccessKey`
 */
export function takeFault(world: World, call: string): Fault['kind'] | undefined {
  for (const fault of world.faults) {
    if (fault.remaining === 0 || (fault.operation !== '*' && fault.operation !== call)) continue;
    if (fault.skip > 0) {
      fault.skip -= 1;
      continue;
    }
    fault.remaining -= 1;
    return fault.kind;
  }
  return undefined;
}
