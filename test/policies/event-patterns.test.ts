/** The EventBridge patterns: each decides about every sample event, and every event of root that matters reaches somebody. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isEventMatch } from './event-pattern.ts';

const FOLDER = 'policies/eventbridge';
const object = z.record(z.string(), z.json());
const caseFile = z.array(z.strictObject({ event: z.string(), decision: z.enum(['match', 'no-match']) }));
/** What TestEventPattern requires of an event (EventBridge API reference). */
const sampleEvent = z.looseObject({
  'id': z.string(), 'account': z.string(), 'source': z.string(), 'time': z.iso.datetime(), 'region': z.string(), 'resources': z.array(z.string()), 'detail-type': z.string(),
  'detail': z.looseObject({ userIdentity: z.looseObject({ type: z.string() }) }),
});

const readJson = (path: string): unknown => JSON.parse(readFileSync(`${FOLDER}/${path}`, 'utf8'));

const EVENTS = new Map(readdirSync(`${FOLDER}/events`).map((file) => [file.replace('.json', ''), readJson(`events/${file}`)]));
const PATTERNS = readdirSync(FOLDER).filter((name) => name !== 'events').map((id) => ({
  id,
  pattern: object.parse(readJson(`${id}/pattern.json`)),
  cases: caseFile.parse(readJson(`${id}/cases.json`)),
}));

const matching = (event: string): string[] => PATTERNS.filter(({ pattern }) => isEventMatch(pattern, object.parse(EVENTS.get(event)))).map(({ id }) => id);

describe.each(PATTERNS)('$id', ({ id, pattern, cases }) => {
  it.each(cases)('$event: $decision', ({ event, decision }) => {
    expect(isEventMatch(pattern, object.parse(EVENTS.get(event))) ? 'match' : 'no-match').toBe(decision);
  });

  it('has a case for every event, and matches some', () => {
    expect(cases.map(({ event }) => event).sort()).toEqual([...EVENTS.keys()].sort());
    expect(cases.map(({ decision }) => decision)).toContain('match');
  });

  it('says its severity in its name and its page', () => {
    const [, severity] = /-(page|note)$/.exec(id) ?? [];
    expect(readFileSync(`${FOLDER}/${id}/about.md`, 'utf8')).toContain(`Severity: **${severity}**.`);
  });
});

describe('together', () => {
  it('the sample events are what EventBridge takes', () => {
    for (const event of EVENTS.values()) expect(() => sampleEvent.parse(event)).not.toThrow();
    expect(EVENTS.size).toBeGreaterThan(15);
  });

  it('whatever root did itself is paged; what a service or somebody else did is not', () => {
    const byRoot = [...EVENTS].filter(([, event]) => sampleEvent.parse(event).detail.userIdentity.type === 'Root').map(([name]) => name);
    const quiet = byRoot.filter((name) => !matching(name).some((id) => id.endsWith('-page')));
    expect(quiet.sort()).toEqual(['root-key-deleted-by-assume-root', 'root-keys-listed-by-assume-root', 'service-called-for-root', 'service-event-about-root']);
    const byOthers = [...EVENTS.keys()].filter((name) => !byRoot.includes(name));
    expect(byOthers.flatMap(matching)).toEqual(['assume-root-note', 'assume-root-note']);
  });

  it('an AssumeRoot session that does not say so is paged rather than missed', () => {
    expect(matching('root-key-deleted-by-assume-root')).toEqual(['assume-root-note']);
    expect(matching('root-key-deleted-by-assume-root-unmarked')).toEqual(['root-api-page']);
  });

  it('both spellings of a sign-in are taken', () => {
    expect(matching('root-signed-in')).toEqual(['root-signin-page']);
    expect(matching('root-signed-in-other-spelling')).toEqual(['root-signin-page']);
  });
});
