/** An organization grown over years, generated from a seed: accounts of all sizes of teams, nested units, the rare root user with a story. */
import { DAY_MS } from '../durations.ts';
import { addAccount, addOrganization, addRoleProfile } from '../world-builder.ts';
import type { Account, OrganizationalUnit, Policy, World } from '../world.ts';
import { ACCOUNT_CREATED_AT, ORGANIZATION_ADMIN } from './cast.ts';

export const ROOT_ID = 'r-ex4m';
export const SANDBOX_UNIT = 'ou-ex4m-unit0001';
export const MANAGEMENT_ACCOUNT = '111122223333';
/** The role that the security team has in every account. */
export const MEMBER_ROLE = 'SecurityAudit';
const MEMBER_ROLE_ALLOWS = ['iam:Get*', 'iam:List*', 'cloudtrail:LookupEvents', 'account:ListRegions', 'sts:GetCallerIdentity'];

export type LargeOrganization = { accounts: number; units: number; seed: number };

/** Denies every root user, sessions of AssumeRoot too: as Control Tower's guardrail does where its exemption was not chosen. */
export const UNSPARING_POLICY: Readonly<Policy> = {
  id: 'p-aws1guard1',
  name: 'aws-guardrails-XmvkYd',
  description: '',
  content: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'GRRESTRICTROOTUSER', Effect: 'Deny', Action: '*', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:*:iam::*:root'] } } }],
  }),
  isAwsManaged: false,
};

/** A stream of numbers from 0 up to 1 that follows from its seed alone (mulberry32). */
export function openNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const unitId = (index: number): string => `ou-ex4m-unit${String(index + 1).padStart(4, '0')}`;
const accountId = (index: number): string => String(200_000_000_000 + (index + 1) * 1_000_003);

/** Two thirds of the units hang on the root, the rest below one of those; the first is the sandbox, the last holds nothing. */
function makeUnits(count: number, number: () => number): OrganizationalUnit[] {
  const top = Math.max(1, Math.ceil(count * 0.6));
  const team = ['payments', 'search', 'data', 'mobile', 'logistics', 'identity', 'billing', 'media', 'partners', 'research'];
  return Array.from({ length: count }, (_, index): OrganizationalUnit => {
    const isTop = index < top;
    const name = index === 0 ? 'sandbox' : `${team[index % team.length]}-${isTop ? index : `${number() < 0.5 ? 'dev' : 'prod'}-${index}`}`;
    return { id: unitId(index), name, parentId: isTop ? ROOT_ID : unitId(1 + Math.floor(number() * Math.max(1, top - 2))) };
  });
}

/** Where an account lives: three in the sandbox, then some units are much larger than others, and the last top unit stays empty. */
function openUnitChoice(units: readonly OrganizationalUnit[], number: () => number): (index: number) => OrganizationalUnit | undefined {
  const living = units.filter(({ id }, at) => id !== SANDBOX_UNIT && at !== Math.ceil(units.length * 0.6) - 1);
  return (index) => (index < 3 ? units[0] : living[Math.floor(number() ** 2 * living.length)]);
}

/**
 * Furnishes a world with a management account (profile `admin`) and so many members, each with the role of the security team.
 * @returns the members, in the order of their ids
 */
export function furnishLargeOrganization(world: World, { accounts, units: unitCount, seed }: LargeOrganization): Account[] {
  const number = openNumbers(seed);
  const management = addAccount(world, { id: MANAGEMENT_ACCOUNT, name: 'management', createdAt: ACCOUNT_CREATED_AT, root: { mfa: 'hardware' } });
  const units = makeUnits(unitCount, number);
  const parents: Record<string, string> = { [management.id]: ROOT_ID };
  const chooseUnit = openUnitChoice(units, number);
  const members = Array.from({ length: accounts - 1 }, (_, index) => {
    const id = accountId(index);
    const unit = chooseUnit(index);
    const member = addAccount(world, { id, name: `${unit?.name ?? 'account'}-${index + 1}`, createdAt: ACCOUNT_CREATED_AT + Math.floor(number() * 2_000) * DAY_MS, root: { hasPassword: number() < 0.4 } });
    member.roles = [{ name: MEMBER_ROLE, trustedAccountId: management.id, allow: MEMBER_ROLE_ALLOWS }];
    if (index > 3 && number() < 0.02) member.state = 'SUSPENDED';
    parents[id] = unit?.id ?? SANDBOX_UNIT;
    return member;
  });
  addOrganization(world, { id: 'o-exampleorg1', rootId: ROOT_ID, managementAccountId: management.id, units, parents });
  addRoleProfile(world, 'admin', management, 'OrganizationAdmin', ORGANIZATION_ADMIN);
  return members;
}
