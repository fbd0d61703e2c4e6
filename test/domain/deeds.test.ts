/** Deeds: what an intruder did as root must be listed, grouped and in order. */
import { describe, expect, it } from 'vitest';
import { listDeeds, newRegions, sessionsMayLiveUntil } from '../../src/domain/deeds.ts';
import { usageOf } from './plan-examples.ts';
import { at, rootEvent } from './root-event-examples.ts';

const change = (id: string, source: string, name: string): ReturnType<typeof rootEvent> =>
  rootEvent({ id, source: `${source}.amazonaws.com`, name, isReadOnly: false });

describe('the deeds of root', () => {
  it.each([
    ['iam', 'CreateAccessKey', 'keys'],
    ['iam', 'UploadSigningCertificate', 'keys'],
    ['iam', 'CreateUser', 'users'],
    ['iam', 'CreateLoginProfile', 'users'],
    ['iam', 'AttachUserPolicy', 'users'],
    ['iam', 'DeactivateMFADevice', 'users'],
    ['iam', 'CreateRole', 'roles'],
    ['iam', 'UpdateAssumeRolePolicy', 'roles'],
    ['iam', 'CreateSAMLProvider', 'roles'],
    ['cloudtrail', 'StopLogging', 'trails'],
    ['cloudtrail', 'DeleteTrail', 'trails'],
    ['cloudtrail', 'PutEventSelectors', 'trails'],
    ['guardduty', 'DeleteDetector', 'detectors'],
    ['config', 'StopConfigurationRecorder', 'detectors'],
    ['securityhub', 'DisableSecurityHub', 'detectors'],
    ['ec2', 'RunInstances', 'other'],
  ])('%s:%s belongs to %s', (source, name, group) => {
    expect(listDeeds([change('1', source, name)])).toMatchObject([{ call: `${source}:${name}`, group }]);
  });

  it.each(['GetSessionToken', 'GetFederationToken', 'AssumeRole'])('include %s, which CloudTrail calls read-only', (name) => {
    expect(listDeeds([rootEvent({ id: '1', source: 'sts.amazonaws.com', name, isReadOnly: true })])).toMatchObject([{ group: 'sessions' }]);
  });

  it('leave out reads and sign-ins', () => {
    expect(listDeeds([
      rootEvent({ id: '1' }),
      rootEvent({ id: '2', source: 'sts.amazonaws.com', name: 'GetCallerIdentity' }),
      rootEvent({ id: '3', source: 'signin.amazonaws.com', name: 'ConsoleLogin', kind: 'sign-in', isReadOnly: false }),
    ])).toEqual([]);
  });

  it('come oldest first, once each, with what they were done to and whether they failed', () => {
    const late = rootEvent({ ...change('late', 'iam', 'CreateUser'), at: at('2026-11-03T00:00:00Z'), subject: 'backdoor' });
    const early = rootEvent({ ...change('early', 'ec2', 'RunInstances'), at: at('2026-11-02T00:00:00Z'), errorCode: 'AccessDenied' });
    expect(listDeeds([late, early, late])).toMatchObject([
      { call: 'ec2:RunInstances', errorCode: 'AccessDenied' },
      { call: 'iam:CreateUser', subject: 'backdoor', errorCode: null },
    ]);
  });
});

describe('new Regions', () => {
  it('are those never used before', () => {
    const since = at('2026-11-10T00:00:00Z');
    const uses: [string, string][] = [
      ['us-east-1', '2026-11-01'], ['us-east-1', '2026-11-12'], ['sa-east-1', '2026-11-11'], ['ap-south-1', '2026-11-10'], ['eu-west-1', '2026-11-02'],
    ];
    const events = uses.map(([region, day], index) => rootEvent({ id: String(index), region, at: at(`${day}T00:00:00Z`) }));
    expect(newRegions(usageOf(...events).regionSpans, since)).toEqual(['ap-south-1', 'sa-east-1']);
  });
});

describe('sessions of root', () => {
  const containedAt = at('2026-11-10T12:00:00Z');

  it('minted from the key end within an hour of containment, whatever was seen', () => {
    expect(sessionsMayLiveUntil([], containedAt)).toEqual({ mintedUntil: '2026-11-10T13:00:00.000Z', signedInUntil: null });
  });

  it('of a sign-in may go on for twelve hours after their last trace; one that failed has none', () => {
    const events = [
      rootEvent({ id: '1', kind: 'sign-in', at: at('2026-11-10T08:00:00Z') }),
      rootEvent({ id: '2', kind: 'sign-in-session', at: at('2026-11-10T09:00:00Z') }),
      rootEvent({ id: '3', kind: 'root-key', at: at('2026-11-10T11:00:00Z') }),
      rootEvent({ id: '4', kind: 'sign-in', sourceIp: '203.0.113.66', errorCode: 'FailedAuthentication', at: at('2026-11-10T11:30:00Z') }),
    ];
    expect(sessionsMayLiveUntil(usageOf(...events).callers, containedAt).signedInUntil).toBe('2026-11-10T21:00:00.000Z');
  });
});
