/** A root key in the wrong hands: what the intruder did two days ago, and is doing. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations.ts';
import { addMintedSession } from '../world-builder.ts';
import type { Happening, RootCall, Time } from '../world.ts';
import { defineAnswers } from './answers.ts';
import { FLAGGED_ACCOUNT, KEY, manualLook, nightly, nightlyBackup, once } from './cast.ts';
import { furnishStandalone } from './flagged-account.ts';
import { defineScenario } from './scenario.ts';

const INTRUDER = {
  sourceIp: '198.51.100.77',
  userAgent: 'Boto3/1.34.46 md/Botocore#1.34.46 ua/2.0 os/linux#6.6.15 md/arch#x86_64 lang/python#3.11.8',
};
const USER = 'backup-svc';

type Deed = Pick<RootCall, 'service' | 'operation' | 'region'> & Partial<RootCall>;

const intrusion: Deed[] = [
  { service: 'sts', operation: 'GetCallerIdentity', region: 'us-east-1', isReadOnly: true },
  { service: 'iam', operation: 'ListUsers', region: 'us-east-1', isReadOnly: true },
  { service: 'iam', operation: 'CreateUser', region: 'us-east-1', parameters: { userName: USER } },
  {
    service: 'iam',
    operation: 'AttachUserPolicy',
    region: 'us-east-1',
    parameters: { userName: USER, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  },
  {
    service: 'iam',
    operation: 'CreateAccessKey',
    region: 'us-east-1',
    parameters: { userName: USER },
    response: { accessKey: { userName: USER, accessKeyId: 'AKIAEXAMPLEUSER01HNB', status: 'Active' } },
  },
  { service: 'cloudtrail', operation: 'StopLogging', region: 'us-east-1', parameters: { name: 'management-events' } },
  {
    service: 'ec2',
    operation: 'RunInstances',
    region: 'ap-southeast-1',
    parameters: { instanceType: 'c5.4xlarge', minCount: 4, maxCount: 4 },
  },
];

function asIntruder(deed: Deed, accessKeyId: string): RootCall {
  return { accountId: FLAGGED_ACCOUNT, accessKeyId, isReadOnly: false, ...INTRUDER, ...deed };
}

function minting(sessionKeyId: string, at: Time): Happening {
  const response = { credentials: { accessKeyId: sessionKeyId, expiration: new Date(at + HOUR_MS).toISOString() } };
  const parameters = { durationSeconds: 3_600 };
  const deed = { service: 'sts', operation: 'GetSessionToken', region: 'us-east-1', isReadOnly: true, parameters, response };
  return once(asIntruder(deed, KEY), at);
}

export const compromised = defineScenario({
  name: 'compromised',
  summary: 'An unknown caller used the root key two days ago: a new administrator, minted sessions, a Region never used before.',
  teaches: 'Contain first, look back after; then a list of what root did, and until when minted sessions may live.',
  furnish(world, now) {
    const account = furnishStandalone(world, [
      nightly(nightlyBackup(FLAGGED_ACCOUNT, KEY), now, 84, 1),
      once(manualLook(FLAGGED_ACCOUNT, KEY), now - 40 * DAY_MS),
    ]);
    const breakIn = now - 2 * DAY_MS;
    account.users.push({ name: USER, createdAt: breakIn + 2 * MINUTE_MS });
    const first = addMintedSession(world, account, breakIn + 10 * MINUTE_MS + HOUR_MS).accessKeyId;
    const second = addMintedSession(world, account, now - 25 * MINUTE_MS + HOUR_MS).accessKeyId;
    const deepLook = asIntruder({ service: 'ec2', operation: 'DescribeInstances', region: 'ap-southeast-1', isReadOnly: true }, first);
    world.agenda.push(
      ...intrusion.map((deed, index) => once(asIntruder(deed, KEY), breakIn + index * MINUTE_MS)),
      minting(first, breakIn + 10 * MINUTE_MS),
      once(deepLook, breakIn + 12 * MINUTE_MS),
      minting(second, now - 25 * MINUTE_MS),
    );
  },
  answers: defineAnswers('contain', [
    { command: ['plan', '--suspected-compromise', '--out', '{plan}'], expectExit: 0, note: 'No look-back first: containment does not wait.' },
    { command: ['apply', '{plan}', '--approve', '{digest}'], expectExit: 6, note: 'Contained; then what root did, and a stop for people.' },
  ]),
});
