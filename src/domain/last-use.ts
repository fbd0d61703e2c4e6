/** When root was last used, over every source that tells it: the password, both key slots of the report, and each listed key. Pure. */
import type { AccessKeyId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { Source } from './observed.ts';
import type { RootUserFacts } from './root-user.ts';

export type RootUse =
  | { at: Instant; by: 'password'; source: Source }
  | { at: Instant; by: 'access-key'; keyId: AccessKeyId | null; service: string; region: string; source: Source };

/** `latest` null: no use is on record. It says nothing about what stands in `unread`. */
export type LastRootUse = { latest: RootUse | null; unread: Source[] };

/** The latest of all uses on record, whichever credential it was: one never hides another. */
export function assessLastUse({ keys, lastUses, report }: RootUserFacts): LastRootUse {
  const uses: RootUse[] = [];
  const unread: Source[] = [];
  if (report.known) {
    const { keys: slots, passwordLastUsedAt } = report.value;
    if (passwordLastUsedAt !== null) uses.push({ at: passwordLastUsedAt, by: 'password', source: report.source });
    for (const { lastUse } of slots) if (lastUse !== null) uses.push({ ...lastUse, by: 'access-key', keyId: null, source: report.source });
  } else {
    unread.push(report.source);
  }
  if (!keys.known) unread.push(keys.source);
  for (const { keyId } of keys.known ? keys.value : []) {
    const use = lastUses[keyId];
    if (use === undefined || !use.known) unread.push('iam:GetAccessKeyLastUsed');
    else if (use.value !== null) uses.push({ ...use.value, by: 'access-key', keyId, source: use.source });
  }
  // Of two sources that tell the same use, the live one names the key.
  const latest = uses.reduce<RootUse | null>((last, use) => (last === null || use.at >= last.at ? use : last), null);
  return { latest, unread: [...new Set(unread)] };
}
