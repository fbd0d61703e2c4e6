/** Worlds in which nobody has a session of root that could act on keys by API: a person does it in the console. */
import { HOUR_MS, MINUTE_MS } from '../durations.ts';
import { addAccount, addRoleProfile, addRootKey, addRootProfile, addRootSession } from '../world-builder.ts';
import type { Account, ConsoleTask, Happening, Principal, RootCall, World } from '../world.ts';
import { CHECK_CLEAN, defineAnswers } from './answers.ts';
import { ACCOUNT_CREATED_AT, FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, PASSWORD_LAST_USED_AT, SECURITY_ADMIN, consoleChange, nightly, nightlyBackup, once } from './cast.ts';
import { defineScenario, type AnswerStep, type Scenario } from './scenario.ts';

/** Somebody with the root password at a browser. */
export type Person = {
  /** What they do when they are told; times count from then. */
  when: (task: ConsoleTask, happenings: Happening[]) => Happening;
  /** A sign-in, then a look at the keys. */
  signsIn: Happening[];
  by: RootCall;
};

export function openPerson(world: World, account: Account): Person {
  const by = consoleChange(account.id, addRootSession(world, account).accessKeyId);
  const look = { ...by, operation: 'ListAccessKeys', isReadOnly: true };
  return {
    by,
    signsIn: [
      once({ ...by, service: 'signin', operation: 'ConsoleLogin', region: 'us-east-2' }, 6 * MINUTE_MS),
      once(look, 8 * MINUTE_MS),
    ],
    when: (task, happenings) => ({ kind: 'after-told', at: 0, task, follow: happenings }),
  };
}

/** Does what they are told, ten minutes after, and looks in again some hours into the soak. */
export function addCarefulPerson(world: World, account: Account, keyId: string): Person {
  const person = openPerson(world, account);
  const { by, signsIn, when } = person;
  const at = 10 * MINUTE_MS;
  const switched = (status: 'Active' | 'Inactive'): Happening => ({ kind: 'set-key-status', at, accountId: account.id, keyId, status, by });
  const looksIn = once({ ...by, operation: 'ListAccessKeys', isReadOnly: true }, 3 * HOUR_MS);
  world.agenda.push(
    when('deactivate', [...signsIn, switched('Inactive'), looksIn]),
    when('delete', [...signsIn, { kind: 'delete-key', at, accountId: account.id, keyId, by }]),
    when('activate', [...signsIn, switched('Active')]),
  );
  return person;
}

/** An account with one active key and a reading role; root signs in to the console only. */
function furnishConsoleAccount(world: World, now: number): Account {
  const account = addAccount(world, { id: FLAGGED_ACCOUNT, name: 'shop', createdAt: ACCOUNT_CREATED_AT, root: { passwordLastUsedAt: PASSWORD_LAST_USED_AT }, optIns: { 'ap-east-1': false } });
  addRootKey(world, account, { id: KEY, status: 'Active', createdAt: KEY_CREATED_AT });
  addRoleProfile(world, 'admin', account, 'SecurityAdmin', SECURITY_ADMIN);
  world.agenda.push(nightly(nightlyBackup(account.id, KEY), now, 84, 14));
  addCarefulPerson(world, account, KEY);
  return account;
}

const ATTENDED: AnswerStep[] = [
  { command: ['plan', '--console', '--out', '{plan}', '{acknowledge-all}'], expectExit: 0, note: 'Look by the reading role, and write the plan: clicks instead of calls.' },
  { command: ['apply', '{plan}', '--approve', '{digest}'], expectExit: 75, note: 'The clicks to deactivate; rootzero waits for their event.' },
  { command: ['resume'], expectExit: 0, note: 'Seen; the soak; the clicks to delete; seen; verified.' },
  CHECK_CLEAN,
];

const consoleOnly = defineScenario({
  name: 'console-only',
  summary: 'Nobody has a session of root for the API: there is a root password, and a role that reads.',
  teaches: 'A person clicks in the console, told what and when; rootzero watches by events and the account summary, and takes no silence for done.',
  furnish: (world, now) => void furnishConsoleAccount(world, now),
  answers: defineAnswers('attend', ATTENDED),
});

const refuse = (principal: Principal): Principal => Object.assign(principal, { needsUserName: true });

const refusedSession = defineScenario({
  name: 'refused-session',
  summary: 'Root signs in with aws login, and IAM does not let that session act on root\'s own keys.',
  teaches: 'What is refused is found out by a read, before anything is planned; then the console takes its place.',
  furnish(world, now) {
    addRootProfile(world, 'root', furnishConsoleAccount(world, now));
    const session = world.principals.find(({ accessKeyId }) => accessKeyId === world.profiles['root']?.accessKeyId);
    if (session !== undefined) refuse(session);
  },
  answers: defineAnswers('attend', ATTENDED),
});

export const consoleScenarios: Scenario[] = [consoleOnly, refusedSession];
