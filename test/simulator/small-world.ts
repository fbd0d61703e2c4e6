/** A small world and clients on it, for tests of the simulator's core. */
import type { Clock } from '../../src/ports/clock.ts';
import { DEFAULT_LIMITS } from '../../src/simulator/limits.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { openSimulator } from '../../src/simulator/simulator.ts';
import type { Account, Organization, Principal, World } from '../../src/simulator/world.ts';

export const ACCOUNT = '111122223333';
export const MANAGEMENT = '444455556666';
export const ROOT_KEY = 'AKIAFAKEROOTKEY27QXA';
export const START = Date.UTC(2026, 5, 1, 12);

/** An account with one active root key. */
export function account(id: string, keyId?: string): Account {
  return {
    id,
    name: `account ${id}`,
    email: `root+${id}@example.com`,
    state: 'ACTIVE',
    createdAt: Date.UTC(2019, 2, 4),
    root: {
      keys: keyId === undefined ? [] : [{ id: keyId, status: 'Active', createdAt: Date.UTC(2019, 2, 4) }],
      mfa: 'virtual',
      hasPassword: true,
      signingCertificates: 0,
    },
    users: [{ name: 'alice', createdAt: Date.UTC(2020, 0, 1) }],
    regions: [
      { name: 'us-east-1', isEnabled: true, isOptIn: false },
      { name: 'eu-west-1', isEnabled: true, isOptIn: false },
      { name: 'af-south-1', isEnabled: true, isOptIn: true },
      { name: 'me-south-1', isEnabled: false, isOptIn: true },
    ],
    unreadableTrailRegions: [],
    config: {},
  };
}

/** A principal `ASIAFAKE…` of the account with everything allowed unless said otherwise. */
export function principal(name: string, overrides: Partial<Principal> = {}): Principal {
  const accountId = overrides.accountId ?? ACCOUNT;
  return {
    accessKeyId: `ASIAFAKE${name.toUpperCase()}`,
    secretAccessKey: 'fake',
    sessionToken: `token-${name}`,
    accountId,
    kind: 'role',
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/session`,
    userId: `AROAFAKE:${name}`,
    allow: ['*'],
    ...overrides,
  };
}

export function smallWorld(overrides: Partial<World> = {}): World {
  return {
    schema: 1,
    scenario: 'small',
    partition: 'aws',
    now: START,
    accounts: { [ACCOUNT]: account(ACCOUNT, ROOT_KEY) },
    principals: [
      principal('admin'),
      principal('login', { kind: 'root-session', arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, allow: [] }),
    ],
    profiles: {},
    rootSecrets: { [ROOT_KEY]: 'fake' },
    events: [],
    agenda: [],
    faults: [],
    limits: structuredClone(DEFAULT_LIMITS),
    effects: [],
    sequence: 0,
    ...overrides,
  };
}

/** The account as a member of an organization with one unit and SCPs on; `policies` is attached by target. */
export function organizationWorld(attached: Record<string, string[]> = {}): World {
  const full = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  const targets = ['r-fake', 'ou-fake-unit', ACCOUNT, MANAGEMENT];
  const policies: Organization['policies'] = [{ id: 'p-FullAWSAccess', name: 'FullAWSAccess', description: '', content: full, isAwsManaged: true }];
  const attachments = Object.fromEntries(targets.map((target) => [target, ['p-FullAWSAccess']]));
  for (const [target, texts] of Object.entries(attached)) {
    for (const content of texts) {
      const id = `p-${policies.length}`;
      policies.push({ id, name: id, description: '', content, isAwsManaged: false });
      attachments[target]?.push(id);
    }
  }
  return smallWorld({
    accounts: { [ACCOUNT]: account(ACCOUNT, ROOT_KEY), [MANAGEMENT]: account(MANAGEMENT, 'AKIAFAKEMANAGEMENT7XA') },
    principals: [
      principal('admin'),
      principal('manager', { accountId: MANAGEMENT }),
      principal('login', { kind: 'root-session', arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, allow: [] }),
    ],
    organization: {
      id: 'o-fake', managementAccountId: MANAGEMENT, featureSet: 'ALL', rootId: 'r-fake', isScpEnabled: true,
      units: [{ id: 'ou-fake-unit', name: 'unit', parentId: 'r-fake' }],
      parents: { [ACCOUNT]: 'ou-fake-unit', [MANAGEMENT]: 'r-fake' },
      policies, attachments,
      trustedServices: ['iam.amazonaws.com'], rootFeatures: ['RootCredentialsManagement'], delegatedAdministrators: [], tags: {},
    },
  });
}

/** A clock that moves only when told to. */
export function handClock(start = START): Clock & { advance: (ms: number) => void } {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

export function open(world: World = smallWorld()): Simulator & { clock: ReturnType<typeof handClock> } {
  const clock = handClock(world.now);
  return { ...openSimulator({ world, clock }), clock };
}

/** Options of an SDK client that signs with the key of a principal or of root, and gets one attempt. */
export function clientOptions(simulator: Simulator, accessKeyId: string, region = 'us-east-1') {
  const found = simulator.world.principals.find((candidate) => candidate.accessKeyId === accessKeyId);
  return {
    region,
    maxAttempts: 1,
    requestHandler: simulator.requestHandler,
    credentials: {
      accessKeyId,
      secretAccessKey: found?.secretAccessKey ?? 'fake',
      ...(found?.sessionToken === undefined ? {} : { sessionToken: found.sessionToken }),
    },
  };
}

export const ADMIN = 'ASIAFAKEADMIN';
export const LOGIN = 'ASIAFAKELOGIN';
export const MANAGER = 'ASIAFAKEMANAGER';
