/** Root users with a past, scattered over the members of a generated organization: keys in every state, second factors, certificates, tags. */
import { DAY_MS } from '../durations.ts';
import { nextAccessKeyId } from '../sequence.ts';
import { addRootKey } from '../world-builder.ts';
import type { AccessKey, Account, Time, World } from '../world.ts';
import { openNumbers } from './large-organization.ts';

/** One member in so many has a root key, or two. */
const ONE_IN = 25;
const SHARE_WITH_MFA = 0.75;
const SHARE_WITH_TAGS = 0.3;
const TEAMS = ['payments', 'search', 'data', 'platform'];

type KeyStory = { status: AccessKey['status']; isUsed: boolean };
const STORIES: readonly (readonly KeyStory[])[] = [
  [{ status: 'Active', isUsed: true }],
  [{ status: 'Active', isUsed: false }],
  [{ status: 'Inactive', isUsed: true }],
  [{ status: 'Active', isUsed: true }, { status: 'Inactive', isUsed: false }],
  [{ status: 'Active', isUsed: true }, { status: 'Active', isUsed: false }],
];

/**
 * Gives one active member in 25 a root key, or two, each story as often as the others; uses are reads of objects, which Event history does not
 * show. Also second factors for most of those who have a password, some certificates, and tags for a part of the members.
 */
export function scatterRootKeys(world: World, members: readonly Account[], seed: number, now: Time): void {
  const number = openNumbers(seed);
  const living = members.filter(({ state }) => state === 'ACTIVE');
  for (const member of living) {
    if (member.root.hasPassword && number() < SHARE_WITH_MFA) member.root.mfa = number() < 0.5 ? 'virtual' : 'hardware';
    if (world.organization !== undefined && number() < SHARE_WITH_TAGS) world.organization.tags[member.id] = { team: TEAMS[Math.floor(number() * TEAMS.length)] ?? '' };
  }
  for (let count = 0, at = Math.floor(number() * ONE_IN); at < living.length; count += 1, at += ONE_IN) {
    const member = living[at];
    if (member === undefined) return;
    for (const { status, isUsed } of STORIES[count % STORIES.length] ?? []) {
      const lastUsed = isUsed ? { lastUsed: { at: now - Math.ceil(number() * 80) * DAY_MS, service: 's3', region: 'eu-west-1' } } : {};
      addRootKey(world, member, { id: nextAccessKeyId(world, 'AKIA'), status, createdAt: member.createdAt, ...lastUsed });
    }
    if (count % 7 === 3) member.root.signingCertificates = 1;
  }
}
