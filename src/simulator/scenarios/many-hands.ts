/** A root account that everybody has used for years: every class of caller, and one key that Event history says nothing of. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations.ts';
import { rootArn } from '../caller.ts';
import { addPrincipal, addRootKey, addRootSession } from '../world-builder.ts';
import type { Account, Happening, RootCall, Time, World } from '../world.ts';
import { defineAnswers } from './answers.ts';
import { FLAGGED_ACCOUNT, KEY, KEY_CREATED_AT, SECOND_KEY, consoleChange, nightly, nightlyBackup, once } from './cast.ts';
import { furnishStandalone } from './flagged-account.ts';
import { defineScenario } from './scenario.ts';

const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.82.2 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.3';
const CLI = 'aws-cli/2.32.6 md/awscrt#0.28.4 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard md/installer#exe';

const PIPELINE_WEEKS = 16;
const RUNNERS = 19;

const byKey = (accessKeyId: string, call: Omit<RootCall, 'accountId' | 'accessKeyId' | 'isReadOnly'> & { isReadOnly?: boolean }): RootCall =>
  ({ accountId: FLAGGED_ACCOUNT, accessKeyId, isReadOnly: true, ...call });

/** A pipeline on weekdays between 9 and 17 UTC, on whichever of its runners is free. */
function pipeline(now: Time): Happening[] {
  const monday = Math.floor((now - 84 * DAY_MS) / DAY_MS) * DAY_MS;
  const firstMonday = monday + ((11 - (Math.floor(monday / DAY_MS) % 7)) % 7) * DAY_MS;
  const slots = [0, 1, 2, 3, 4].flatMap((day) => [9.2, 12.6, 16.4].map((hour) => day * DAY_MS + hour * HOUR_MS));
  return Array.from({ length: PIPELINE_WEEKS }, (_, week) => slots.flatMap((slot, index) => {
    // As in the agenda: numbers that look like chance, and are the same each time.
    const free = (Math.imul(week * slots.length + index, 2_654_435_761) >>> 0) % RUNNERS;
    const runner = { region: 'eu-west-1', sourceIp: `10.2.${free % 3}.${20 + free}`, userAgent: TERRAFORM };
    const at = firstMonday + week * 7 * DAY_MS + slot + ((week * 17 + index * 29) % 20) * MINUTE_MS;
    return [
      once(byKey(KEY, { ...runner, service: 'ec2', operation: 'DescribeInstances' }), at),
      once(byKey(KEY, { ...runner, service: 's3', operation: 'GetBucketEncryption' }), at + MINUTE_MS),
      once(byKey(KEY, { ...runner, service: 'lambda', operation: 'UpdateFunctionCode20150331v2', isReadOnly: false }), at + 2 * MINUTE_MS),
    ];
  })).flat();
}

/** Sessions of other origin: console, `aws login`, AssumeRoot by somebody else, a service on root's behalf. */
function sessions(world: World, account: Account, now: Time): Happening[] {
  const signedIn = addRootSession(world, account).accessKeyId;
  const assumed = addPrincipal(world, { accountId: account.id, kind: 'assumed-root', arn: rootArn(world, account.id), userId: account.id }).accessKeyId;
  const desk = { region: 'us-east-1', sourceIp: '192.0.2.44' };
  return [
    once({ ...consoleChange(account.id, signedIn), service: 'signin', operation: 'ConsoleLogin' }, now - 33 * DAY_MS),
    once({ ...consoleChange(account.id, signedIn), operation: 'UpdateAccountPasswordPolicy' }, now - 33 * DAY_MS + 4 * MINUTE_MS),
    once(byKey(signedIn, { ...desk, service: 'sts', operation: 'GetCallerIdentity', userAgent: CLI }), now - 12 * DAY_MS),
    once(byKey(signedIn, { ...desk, service: 'kms', operation: 'Decrypt', sourceIp: 'backup.amazonaws.com', userAgent: 'backup.amazonaws.com', invokedBy: 'backup.amazonaws.com' }), now - 9 * DAY_MS),
    once(byKey(assumed, { ...desk, service: 'iam', operation: 'ListAccessKeys', sourceIp: '203.0.113.200', userAgent: 'aws-root-manager/1.4.0 aws-sdk-go-v2/1.32.7' }), now - 20 * DAY_MS),
  ];
}

export const manyHands = defineScenario({
  name: 'many-hands',
  summary: 'Two root keys that a pipeline, a backup, people and AWS itself have used; one of them reads S3 objects and nothing else.',
  teaches: 'Who is behind a key, as far as it shows: and that a key may be in use although Event history says nothing of it.',
  furnish(world, now) {
    const account = furnishStandalone(world, [
      nightly(nightlyBackup(FLAGGED_ACCOUNT, KEY), now, 84, -30),
      ...pipeline(now),
      once(byKey(KEY, { service: 's3', operation: 'GetBucketPolicy', region: 'eu-west-1', sourceIp: '198.51.100.9', userAgent: CLI, errorCode: 'AccessDenied' }), now - 27 * DAY_MS),
    ]);
    addRootKey(world, account, { id: SECOND_KEY, status: 'Active', createdAt: KEY_CREATED_AT + 300 * DAY_MS });
    const reads = { service: 's3', operation: 'GetObject', region: 'eu-west-1', sourceIp: '203.0.113.80', userAgent: 'rclone/v1.65.2', isDataEvent: true };
    world.agenda.push({ kind: 'root-call', at: now - 84 * DAY_MS, everyMs: 6 * HOUR_MS, jitterMs: 10 * MINUTE_MS, call: byKey(SECOND_KEY, reads) }, ...sessions(world, account, now));
  },
  answers: defineAnswers('look', [
    { command: ['usage'], expectExit: 0, note: 'Who uses root; and what Event history cannot show.' },
    { command: ['check'], expectExit: 1, note: 'Two active root keys.' },
  ]),
});
