/** Event patterns: what matches, and what is no pattern. */
import { describe, expect, it } from 'vitest';
import { isPatternMatch, parseEventPattern } from '../../src/simulator/event-pattern.ts';

const EVENT = { source: 'aws.iam', detail: { eventName: 'CreateAccessKey', count: 3, isOn: true, nothing: null, tags: ['a', 'b'], userIdentity: { type: 'Root' }, resources: [{ kind: 'x' }, { kind: 'y' }] } };
const matches = (detail: object): boolean => isPatternMatch(parseEventPattern(JSON.stringify({ detail })), EVENT);

describe('a pattern', () => {
  it.each<[object, boolean]>([
    [{ eventName: ['CreateAccessKey', 'x'] }, true],
    [{ eventName: ['x'] }, false],
    [{ eventName: ['createaccesskey'] }, false],
    [{ count: [3], isOn: [true], nothing: [null] }, true],
    [{ count: ['3'] }, false],
    [{ tags: ['b'] }, true],
    [{ userIdentity: { type: ['Root'] } }, true],
    [{ resources: { kind: ['y'] } }, true],
    [{ missing: ['x'] }, false],
    [{ eventName: [{ prefix: 'Create' }] }, true],
    [{ eventName: [{ prefix: { 'equals-ignore-case': 'create' } }] }, true],
    [{ eventName: [{ suffix: 'Key' }] }, true],
    [{ eventName: [{ wildcard: 'Create*Key' }] }, true],
    [{ eventName: [{ wildcard: 'Delete*' }] }, false],
    [{ eventName: [{ 'equals-ignore-case': 'CREATEACCESSKEY' }] }, true],
    [{ eventName: [{ 'anything-but': 'x' }] }, true],
    [{ eventName: [{ 'anything-but': ['x', 'CreateAccessKey'] }] }, false],
    [{ eventName: [{ 'anything-but': { prefix: 'Create' } }] }, false],
    [{ missing: [{ 'anything-but': 'x' }] }, false],
    [{ count: [{ numeric: ['>', 2, '<=', 3] }] }, true],
    [{ count: [{ numeric: ['<', 3] }] }, false],
    [{ eventName: [{ exists: true }], missing: [{ exists: false }] }, true],
    [{ eventName: [{ exists: false }] }, false],
    [{ nowhere: { at: { all: [{ exists: false }] } } }, true],
    [{ missing: [{ exists: false }, 'x'] }, true],
    [{ $or: [{ eventName: ['x'] }, { count: [3] }] }, true],
    [{ isOn: [false], $or: [{ count: [3] }] }, false],
  ])('%j: %s', (detail, expected) => {
    expect(matches(detail)).toBe(expected);
  });

  it.each(['', '[]', '{}', '"x"', '{"detail":"x"}', '{"detail":[]}', '{"detail":{}}', '{"source":[{"like":"x"}]}', '{"source":[{"prefix":"a","suffix":"b"}]}', '{"source":[{"cidr":"10.0.0.0/8"}]}'])(
    'is not %s', (text) => {
      expect(() => parseEventPattern(text)).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
    },
  );
});
