/** Worlds that are only looked at: one for each kind of answer that `check` gives. */
import { DAY_MS, HOUR_MS } from '../durations.ts';
import { renderCredentialReport } from '../services/iam-report.ts';
import { addAccount, addRoleProfile, addRootKey, addRootKeyRule, addRootProfile, addRootSession } from '../world-builder.ts';
import type { Account, World } from '../world.ts';
import { defineCheck } from './answers.ts';
import { ACCOUNT_CREATED_AT, FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, SECURITY_ADMIN, consoleChange } from './cast.ts';
import { furnishStandalone } from './flagged-account.ts';
import { defineScenario, type Scenario } from './scenario.ts';

/** An account without keys, in which the role of profile `admin` may do what `allow` lists. */
function furnishReader(world: World, allow: readonly string[]): Account {
  const account = addAccount(world, { id: FLAGGED_ACCOUNT, name: 'shop', createdAt: ACCOUNT_CREATED_AT, root: { mfa: 'hardware' } });
  addRoleProfile(world, 'admin', account, 'SecurityAdmin', allow);
  return account;
}

const inactiveKey = defineScenario({
  name: 'inactive-key',
  summary: 'The one root key was deactivated five days ago, and never deleted.',
  teaches: 'An inactive key is still a key, even where the credential report no longer shows it.',
  furnish(world, now) {
    const account = furnishStandalone(world, []);
    const by = consoleChange(account.id, addRootSession(world, account).accessKeyId);
    world.agenda.push({ kind: 'set-key-status', at: now - 5 * DAY_MS, accountId: account.id, keyId: KEY, status: 'Inactive', by });
  },
  answers: defineCheck(1, 'An inactive root key is present.'),
});

const clean = defineScenario({
  name: 'clean',
  summary: 'No root access keys, and the Config rule is on.',
  teaches: 'What the end looks like.',
  furnish(world, now) {
    const account = furnishReader(world, SECURITY_ADMIN);
    addRootProfile(world, 'root', account);
    addRootKeyRule(world, account, now - 30 * DAY_MS);
  },
  answers: defineCheck(0, 'No root access keys.'),
});

const staleReport = defineScenario({
  name: 'stale-report',
  summary: 'The cached credential report is two hours old and clean; a root key was made an hour ago. The reader may not list keys.',
  teaches: 'The report alone would say clean. The account summary knows better.',
  furnish(world, now) {
    const readings = ['iam:GetAccountSummary', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport'];
    const account = furnishReader(world, [...readings, 'account:ListRegions', 'cloudtrail:LookupEvents']);
    const generatedAt = now - 2 * HOUR_MS;
    account.report = { startedAt: generatedAt - world.limits.reportDurationMs, generatedAt, csv: renderCredentialReport(world, account) };
    const by = consoleChange(account.id, addRootSession(world, account).accessKeyId);
    world.agenda.push({ kind: 'create-key', at: now - HOUR_MS, accountId: account.id, keyId: KEY, by });
  },
  answers: defineCheck(1, 'A key is present; its status is not known.'),
});

const deniedReader = defineScenario({
  name: 'denied-reader',
  summary: 'The reader may learn who it is, and nothing else.',
  teaches: 'What could not be read is unknown, and unknown is never clean.',
  furnish(world) {
    addRootKey(world, furnishReader(world, []), { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
  },
  answers: defineCheck(2, 'Nothing could be read.'),
});

export const checkScenarios: Scenario[] = [inactiveKey, clean, staleReport, deniedReader];
