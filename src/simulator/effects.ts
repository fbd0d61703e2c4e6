/** The list of what calls really changed in the world. Knows nothing of how a service decides. */
import type { Call } from './service.ts';

/**
 * Notes that a call changed something, once per change: what tests count instead of calls.
 * @param target what was changed: a key id, a policy id, a rule name
 */
export function appendEffect(call: Call, target: string): void {
  call.world.effects.push({ at: call.at, service: call.service, operation: call.operation, target, by: call.caller.accessKeyId });
}
