/** The parts from which a world is furnished: accounts, keys, identities, an organization. Every id and secret is visibly not a real one. */
import { alertingOf } from './alerting.ts';
import { rootArn } from './caller.ts';
import { MINUTE_MS } from './durations.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { homeRegion, regionsOf } from './regions.ts';
import { nextAccessKeyId, nextRequestId } from './sequence.ts';
import type { Account, AccessKey, Limits, Organization, Principal, RootUser, Time, World } from './world.ts';

const FULL_AWS_ACCESS = {
  id: 'p-FullAWSAccess',
  name: 'FullAWSAccess',
  description: 'Allows access to every operation',
  content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  isAwsManaged: true,
};

/** An empty world. @param options.limits what differs from the default limits */
export function openWorld(scenario: string, now: Time, options: { partition?: World['partition']; limits?: Partial<Limits> } = {}): World {
  return {
    schema: 1,
    scenario,
    partition: options.partition ?? 'aws',
    now,
    accounts: {},
    principals: [],
    profiles: {},
    rootSecrets: {},
    events: [],
    agenda: [],
    faults: [],
    limits: { ...structuredClone(DEFAULT_LIMITS), ...options.limits },
    effects: [],
    sequence: 0,
  };
}

/**
 * An active account whose root user has a password, no MFA and no key, with AWS Config recording in the home Region.
 * @param details.optIns opt-in Regions by name, with whether they are on
 */
export function addAccount(
  world: World,
  details: { id: string; name: string; createdAt: Time; alias?: string; root?: Partial<RootUser>; optIns?: Record<string, boolean> },
): Account {
  const account: Account = {
    id: details.id,
    name: details.name,
    email: `aws+${details.name}@example.com`,
    state: 'ACTIVE',
    createdAt: details.createdAt,
    ...(details.alias === undefined ? {} : { alias: details.alias }),
    root: { keys: [], mfa: 'none', hasPassword: true, passwordLastChangedAt: details.createdAt, signingCertificates: 0, ...details.root },
    users: [],
    regions: regionsOf(world.partition, details.optIns),
    unreadableTrailRegions: [],
    config: { [homeRegion(world.partition)]: { recorders: [{ name: 'default', isRecording: true, isServiceLinked: false }], rules: [] } },
  };
  world.accounts[account.id] = account;
  return account;
}

/** Puts an access key of root into the account. */
export function addRootKey(world: World, account: Account, key: AccessKey): void {
  account.root.keys.push(key);
  world.rootSecrets[key.id] = secretOf(key.id);
}

/** A profile that signs with a root key itself. */
export function addKeyProfile(world: World, profile: string, keyId: string): void {
  world.profiles[profile] = { accessKeyId: keyId, secretAccessKey: secretOf(keyId), region: homeRegion(world.partition) };
}

/** A session of root from a sign-in (console, `aws login`, CloudShell). It does not end. */
export function addRootSession(world: World, account: Account): Principal {
  return addPrincipal(world, { accountId: account.id, kind: 'root-session', arn: rootArn(world, account.id), userId: account.id });
}

/** A session that a root key minted by GetSessionToken: without MFA, for an hour at most. */
export function addMintedSession(world: World, account: Account, expiresAt: Time): Principal {
  const arn = rootArn(world, account.id);
  return addPrincipal(world, { accountId: account.id, kind: 'minted-root-session', arn, userId: account.id, expiresAt });
}

/** A profile with a session of root from a sign-in. */
export function addRootProfile(world: World, profile: string, account: Account): void {
  addProfile(world, profile, addRootSession(world, account));
}

/** A profile with a session of a role that may do what `allow` lists. It does not end. */
export function addRoleProfile(world: World, profile: string, account: Account, roleName: string, allow: readonly string[]): void {
  const session = addPrincipal(world, {
    accountId: account.id,
    kind: 'role',
    arn: `arn:${world.partition}:sts::${account.id}:assumed-role/${roleName}/operator`,
    userId: `AROAEXAMPLE${account.id.slice(0, 10)}:operator`,
    allow: [...allow],
  });
  addProfile(world, profile, session);
}

/** A trail of all Regions that logs management events; one of the organization's management account may be for all its members. */
export function addTrail(world: World, account: Account, name: string, isOrganizationTrail = false): void {
  const homeRegionName = homeRegion(world.partition);
  const arn = `arn:${world.partition}:cloudtrail:${homeRegionName}:${account.id}:trail/${name}`;
  alertingOf(account).trails.push({ name, arn, homeRegion: homeRegionName, isMultiRegion: true, isOrganizationTrail, isLogging: true, managementEvents: 'All' });
}

/** A role that others may assume. */
export function addRole(world: World, accountId: string, role: NonNullable<Account['roles']>[number]): void {
  const account = world.accounts[accountId];
  if (account !== undefined) account.roles = [...(account.roles ?? []), role];
}

/** The managed rule on root keys in the home Region, evaluated long ago. */
export function addRootKeyRule(world: World, account: Account, createdAt: Time): void {
  const region = homeRegion(world.partition);
  const id = `config-rule-${nextRequestId(world).slice(-6)}`;
  account.config[region]?.rules.push({
    name: 'iam-root-access-key-check',
    arn: `arn:${world.partition}:config:${region}:${account.id}:config-rule/${id}`,
    id,
    source: { owner: 'AWS', identifier: 'IAM_ROOT_ACCESS_KEY_CHECK' },
    tags: {},
    createdAt,
    evaluationStartedAt: createdAt,
    evaluatedAt: createdAt + MINUTE_MS,
  });
}

/**
 * Puts the accounts into an organization with all features and service control policies on, FullAWSAccess attached everywhere.
 * @param parents account id → id of its unit or of the root
 */
export function addOrganization(
  world: World,
  details: Pick<Organization, 'id' | 'rootId' | 'managementAccountId' | 'units' | 'parents'>,
): Organization {
  const targets = [details.rootId, ...details.units.map(({ id }) => id), ...Object.keys(details.parents)];
  const organization: Organization = {
    ...details,
    featureSet: 'ALL',
    isScpEnabled: true,
    policies: [{ ...FULL_AWS_ACCESS }],
    attachments: Object.fromEntries(targets.map((target) => [target, [FULL_AWS_ACCESS.id]])),
    trustedServices: [],
    rootFeatures: [],
    delegatedAdministrators: [],
    tags: {},
  };
  world.organization = organization;
  return organization;
}

/** Any other identity, with made-up credentials. */
export function addPrincipal(world: World, details: Omit<Principal, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>): Principal {
  const accessKeyId = nextAccessKeyId(world, 'ASIA');
  const principal = { ...details, accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken: `simulated-token-of-${accessKeyId}` };
  world.principals.push(principal);
  return principal;
}

function addProfile(world: World, profile: string, { accessKeyId, secretAccessKey, sessionToken }: Principal): void {
  const token = sessionToken === undefined ? {} : { sessionToken };
  world.profiles[profile] = { accessKeyId, secretAccessKey, ...token, region: homeRegion(world.partition) };
}

function secretOf(keyId: string): string {
  return `simulated-secret-of-${keyId}`;
}
