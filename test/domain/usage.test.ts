/** Usage: who is told apart from whom, what counts once, and whose calls are our own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, plusMs } from '../../src/domain/instant.ts';
import type { RootEvent } from '../../src/domain/root-event.ts';
import { isCallerToAcknowledge } from '../../src/domain/usage.ts';
import { assembleUsage } from '../../src/domain/usage-tally.ts';
import { at, EVERYTHING_READ, rootEvent, sha256, visitsAt } from './root-event-examples.ts';

const NOW = at('2026-11-24T00:00:00Z');
const usageOf = (events: RootEvent[]): ReturnType<typeof assembleUsage> => assembleUsage(events, EVERYTHING_READ, NOW, sha256);
const rootzero = 'aws-sdk-js/3.1169.0 os/linux lang/js md/nodejs#20.20.2 app/rootzero';

describe('usage', () => {
  it('describes a caller: from where, which services and calls, how often, refused how often, and when next', () => {
    const nights = [1, 2, 3, 4].map((day) => at(`2026-11-0${day}T02:00:00Z`));
    const [caller, ...others] = usageOf([
      ...visitsAt(nights),
      rootEvent({ id: 'a', at: at('2026-11-04T02:00:05Z'), region: 'eu-west-1', source: 'ec2.amazonaws.com', name: 'DescribeInstances', errorCode: 'Client.UnauthorizedOperation' }),
    ]).callers;
    expect(others).toEqual([]);
    expect(caller).toMatchObject({
      kind: 'root-key',
      accessKeyId: 'AKIAROOTKEYEXAMPLE01',
      services: ['ec2', 's3'],
      regions: ['eu-west-1', 'us-east-1'],
      calls: [{ call: 's3:ListBuckets', count: 4 }, { call: 'ec2:DescribeInstances', count: 1 }],
      firstSeenAt: '2026-11-01T02:00:00.000Z',
      lastSeenAt: '2026-11-04T02:00:05.000Z',
      count: 5,
      denied: 1,
      cadence: { kind: 'daily' },
      nextExpectedAt: '2026-11-24T02:00:05.000Z',
    });
  });

  it('counts an event once, however many look-ups it answered', () => {
    const events = visitsAt([at('2026-11-01T02:00:00Z'), at('2026-11-02T02:00:00Z')]);
    expect(usageOf([...events, ...events, ...events])).toEqual(usageOf(events));
  });

  it('tells callers apart by kind, key, address and user agent', () => {
    const different: Partial<RootEvent>[] = [
      {}, { kind: 'minted-session' }, { accessKeyId: 'AKIAROOTKEYEXAMPLE02' }, { sourceIp: '203.0.113.9' }, { userAgent: 'Boto3/1.34' },
    ];
    const { callers } = usageOf(different.map((given, index) => rootEvent({ ...given, id: String(index) })));
    expect(new Set(callers.map((caller) => caller.fingerprint)).size).toBe(different.length);
    for (const caller of callers) expect(caller.fingerprint).toMatch(/^[0-9a-f]{12}$/);
  });

  it('takes sessions whose ids change for one caller', () => {
    const { callers } = usageOf(['ASIAONE', 'ASIATWO'].map((accessKeyId) => rootEvent({ id: accessKeyId, kind: 'minted-session', accessKeyId })));
    expect(callers).toMatchObject([{ kind: 'minted-session', accessKeyId: null, count: 2 }]);
  });

  it('knows a caller again in a later look-back', () => {
    const before = usageOf(visitsAt([at('2026-10-01T02:00:00Z')])).callers[0];
    const after = usageOf([rootEvent({ id: 'later', at: at('2026-11-20T02:00:00Z'), name: 'GetObject', region: 'eu-west-1' })]).callers[0];
    expect(after?.fingerprint).toBe(before?.fingerprint);
  });

  it('puts who was seen last first', () => {
    const { callers } = usageOf([
      rootEvent({ id: 'old', at: at('2026-10-01T00:00:00Z'), sourceIp: '192.0.2.1' }),
      rootEvent({ id: 'new', at: at('2026-11-20T00:00:00Z'), sourceIp: '192.0.2.2' }),
      rootEvent({ id: 'mid', at: at('2026-11-01T00:00:00Z'), sourceIp: '192.0.2.3' }),
    ]);
    expect(callers.map((caller) => caller.sourceIp)).toEqual(['192.0.2.2', '192.0.2.3', '192.0.2.1']);
  });

  it.each<[string, string, boolean]>([
    ['iam.amazonaws.com', 'ListAccessKeys', true],
    ['iam.amazonaws.com', 'GetCredentialReport', true],
    ['sts.amazonaws.com', 'GetCallerIdentity', true],
    ['organizations.amazonaws.com', 'ListPoliciesForTarget', true],
    ['cloudtrail.amazonaws.com', 'LookupEvents', true],
    ['config.amazonaws.com', 'DescribeConfigRules', true],
    ['account.amazonaws.com', 'ListRegions', true],
    ['s3.amazonaws.com', 'ListBuckets', false],
    ['iam.amazonaws.com', 'ListUsers', false],
  ])('of the calls with our user agent, %s %s is our own: %s', (source, name, isOwn) => {
    const usage = usageOf([rootEvent({ id: 'x', source, name, userAgent: rootzero })]);
    expect(usage).toMatchObject({ ownCalls: isOwn ? 1 : 0, callers: isOwn ? [] : [{ count: 1 }] });
  });

  it('keeps writes visible, and reads with another user agent', () => {
    const usage = usageOf([
      rootEvent({ id: 'write', source: 'iam.amazonaws.com', name: 'UpdateAccessKey', isReadOnly: false, userAgent: rootzero }),
      rootEvent({ id: 'stop', source: 'cloudtrail.amazonaws.com', name: 'StopLogging', isReadOnly: false, userAgent: rootzero }),
      rootEvent({ id: 'other', source: 'iam.amazonaws.com', name: 'ListAccessKeys' }),
    ]);
    expect(usage.ownCalls).toBe(0);
    expect(usage.callers.reduce((sum, caller) => sum + caller.count, 0)).toBe(3);
  });

  it('asks for an acknowledgement of everybody who depends on a key, and of nobody else', () => {
    const kinds: RootEvent['kind'][] = ['root-key', 'minted-session', 'sign-in-session', 'assumed-root', 'aws-service', 'sign-in'];
    const { callers } = usageOf(kinds.map((kind) => rootEvent({ id: kind, kind })));
    expect(callers.filter(isCallerToAcknowledge).map((caller) => caller.kind).sort()).toEqual(['minted-session', 'root-key']);
  });

  it('loses no event and invents none, in whatever order and however often they come', () => {
    const event = fc.record({ id: fc.integer({ min: 0, max: 30 }), ip: fc.constantFrom('192.0.2.1', '192.0.2.2'), own: fc.boolean() });
    fc.assert(fc.property(fc.array(event), fc.array(fc.nat()), (drawn, order) => {
      const byId = new Map(drawn.map(({ id, ip, own }) => [id, rootEvent({
        id: String(id), at: plusMs(at('2026-10-01T00:00:00Z'), id * DAY_MS), sourceIp: ip,
        ...(own ? { userAgent: rootzero, source: 'sts.amazonaws.com', name: 'GetCallerIdentity' } : {}),
      })]));
      const events = [...byId.values()];
      const again = order.flatMap((index) => events[index % Math.max(1, events.length)] ?? []);
      const usage = usageOf([...again, ...events.toReversed()]);
      expect(usage.callers.reduce((sum, caller) => sum + caller.count, usage.ownCalls)).toBe(events.length);
      expect(usage).toEqual(usageOf(events));
    }));
  });
});
