/** The soak of keys that a root session can list: contained ones are to stay inactive, a signing key is watched. */
import type { AccessKeyId } from '../domain/identifiers.ts';
import { latestOf, type Instant } from '../domain/instant.ts';
import type { Action } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { assessSoakKeys } from '../domain/soak-watch.ts';
import { containedSince } from './contain.ts';
import { requireBoth, stateOf, type Run } from './run.ts';
import { lookAtScp } from './scp-containment.ts';
import type { Vigil } from './vigil.ts';

type Soak = Extract<Action, { kind: 'soak' }>;

/** When this run first came to the soak; watched keys count from here. */
export async function soakStartedAt(run: Run): Promise<Instant> {
  const recorded = stateOf(run).observed.get('soak-started')?.[0];
  if (recorded !== undefined) return recorded.at;
  const line = await run.engine.journal.append({ kind: 'observed', what: 'soak-started', value: null });
  return line.at;
}

export async function openKeyVigil(run: Run, { contained, watched }: Soak): Promise<Vigil> {
  const startedAt = await soakStartedAt(run);
  const since = new Map<AccessKeyId, Instant>(watched.map((keyId) => [keyId, startedAt]));
  for (const keyId of contained) {
    const at = containedSince(run, keyId);
    if (at === null) throw problem('soak/too-short', { detail: `Key ${keyId} is not contained.` });
    since.set(keyId, at);
  }
  const rests = [...since.values()].sort();
  return {
    contained, watched, since,
    from: rests[0] ?? startedAt,
    startAt: rests.reduce(latestOf, rests[0] ?? startedAt),
    look: async () => {
      const { root } = await requireBoth(run);
      const loose = assessSoakKeys(run.plan, contained, await root.cloud.reader.readRootKeys());
      const { violations, unreadable } = await lookAtScp(run, startedAt);
      return { violations: [...loose, ...violations], unreadable };
    },
    isExcused: () => false,
  };
}
