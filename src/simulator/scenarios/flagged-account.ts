/** The one-account worlds in which root signs in on its own: the finding, its variations, and the trouble in a soak. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations.ts';
import { addAccount, addRoleProfile, addRootKey, addRootProfile, addRootSession, addTrail } from '../world-builder.ts';
import type { Account, Happening, Time, World } from '../world.ts';
import { CHECK_CLEAN, defineAnswers, retireKeys } from './answers.ts';
import {
  ACCOUNT_CREATED_AT, FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, PASSWORD_LAST_USED_AT, SECOND_KEY, SECURITY_ADMIN,
  consoleChange, manualLook, nightly, nightlyBackup, once,
} from './cast.ts';
import { defineScenario, type Scenario } from './scenario.ts';

const script = nightlyBackup(FLAGGED_ACCOUNT, KEY);

/** A standalone account with one active key, a reading role `admin` and root's own session `root`. */
export function furnishStandalone(world: World, agenda: Happening[]): Account {
  const account = addAccount(world, {
    id: FLAGGED_ACCOUNT,
    name: 'shop',
    createdAt: ACCOUNT_CREATED_AT,
    root: { passwordLastUsedAt: PASSWORD_LAST_USED_AT },
    optIns: { 'ap-east-1': false },
  });
  addRootKey(world, account, { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
  addRootProfile(world, 'root', account);
  addRoleProfile(world, 'admin', account, 'SecurityAdmin', SECURITY_ADMIN);
  addTrail(world, account, 'all-regions');
  world.agenda.push(...agenda);
  return account;
}

function furnishFlaggedAccount(world: World, now: Time): void {
  const look = once(manualLook(FLAGGED_ACCOUNT, KEY), now - 61 * DAY_MS);
  furnishStandalone(world, [nightly(script, now, 84, 14), look]);
}

export const flaggedAccount = defineScenario({
  name: 'flagged-account',
  summary: 'A standalone account with one active root key; the nightly script that used it has been silent for two weeks.',
  teaches: 'The whole job: who used the key, containment, a soak past the next expected use, deletion, proof, and the Config rule.',
  furnish: furnishFlaggedAccount,
  answers: defineAnswers('retire', [...retireKeys(), CHECK_CLEAN]),
});

export const throttled = defineScenario({
  name: 'throttled',
  summary: 'The flagged account, where AWS answers "Rate exceeded" early and often.',
  teaches: 'Throttling makes the job slower, and loses nothing.',
  limits: {
    trailLookupsPerSecond: 1,
    rates: {
      'sts:*': { perSecond: 1, burst: 1 },
      'iam:*': { perSecond: 1, burst: 1 },
      'config:*': { perSecond: 0.5, burst: 1 },
      'account:*': { perSecond: 0.5, burst: 1 },
      'organizations:*': { perSecond: 0.5, burst: 1 },
    },
  },
  furnish: furnishFlaggedAccount,
  answers: defineAnswers('retire', [...retireKeys(), CHECK_CLEAN]),
});

export const twoKeys = defineScenario({
  name: 'two-keys',
  summary: 'Two active root keys: one not used for a year, one used once a month.',
  teaches: 'The soak is as long as the rhythm of the callers asks for: here more than a month.',
  furnish(world, now) {
    const account = furnishStandalone(world, [{
      kind: 'root-call',
      at: now - 72 * DAY_MS,
      everyMs: 30 * DAY_MS,
      jitterMs: 40 * MINUTE_MS,
      call: { ...script, service: 'ce', operation: 'GetCostAndUsage', region: 'us-east-1', sourceIp: '10.20.4.30' },
    }]);
    const lastUsed = { at: now - 400 * DAY_MS, service: 'ec2', region: 'eu-west-1' };
    addRootKey(world, account, { id: SECOND_KEY, status: 'Active', createdAt: KEY_CREATED_AT + 200 * DAY_MS, lastUsed });
  },
  answers: defineAnswers('retire', [...retireKeys(), CHECK_CLEAN]),
});

export const keyInUse = defineScenario({
  name: 'key-in-use',
  summary: 'A root key that a known exporter uses every ten minutes, right now.',
  teaches: 'A caller is acknowledged, breaks at containment, and CloudTrail stays quiet by the nature of a deactivated key.',
  furnish(world, now) {
    const call = { ...script, service: 'ec2', operation: 'DescribeInstances', sourceIp: '10.20.9.31' };
    furnishStandalone(world, [{ kind: 'root-call', at: now - 10 * DAY_MS, everyMs: 10 * MINUTE_MS, jitterMs: 2 * MINUTE_MS, call }]);
  },
  answers: defineAnswers('retire', [...retireKeys(), CHECK_CLEAN], 'known; its team has a role ready'),
});

export const reactivated = defineScenario({
  name: 'reactivated',
  summary: 'The flagged account, where somebody switches the key on again for an hour during the soak.',
  teaches: 'The soak is read back as a whole before it counts: a key that was on in between is not deleted.',
  furnish(world, now) {
    furnishFlaggedAccount(world, now);
    const account = world.accounts[FLAGGED_ACCOUNT];
    if (account === undefined) return;
    const by = consoleChange(FLAGGED_ACCOUNT, addRootSession(world, account).accessKeyId);
    world.agenda.push({
      kind: 'after-key-status',
      at: now,
      accountId: FLAGGED_ACCOUNT,
      keyId: KEY,
      status: 'Inactive',
      follow: [
        { kind: 'set-key-status', at: 5 * HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status: 'Active', by },
        once(script, 5.5 * HOUR_MS),
        { kind: 'set-key-status', at: 6 * HOUR_MS, accountId: FLAGGED_ACCOUNT, keyId: KEY, status: 'Inactive', by },
      ],
    });
  },
  answers: defineAnswers('stop', [
    ...retireKeys().slice(0, 2),
    { command: ['resume'], expectExit: 6, note: 'The key was active in between: stopped, and containment kept.' },
  ]),
});

export const flaggedScenarios: Scenario[] = [flaggedAccount, twoKeys, keyInUse, reactivated, throttled];
