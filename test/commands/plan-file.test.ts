/** Plan files as people hand them over: strict, versioned, held to their own digest. */
import { describe, expect, it } from 'vitest';
import { parsePlan, renderPlanFile } from '../../src/commands/plan-file.ts';
import { digestOf, type Plan } from '../../src/domain/plan.ts';
import { Problem } from '../../src/domain/problem.ts';
import { usageOf, nights, planOf } from '../domain/plan-examples.ts';
import { sha256, visitsAt } from '../domain/root-event-examples.ts';

const plan = planOf();

function refusal(text: string): string {
  try {
    parsePlan(text, sha256);
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code} (${thrown.exitCode})`;
    throw thrown;
  }
  return 'accepted';
}

/** The plan with something changed and its digest made anew, as somebody would who knows how. */
function changed(change: (draft: Record<string, unknown>) => void): string {
  const draft: Record<string, unknown> = JSON.parse(renderPlanFile(plan));
  change(draft);
  return JSON.stringify({ ...draft, digest: digestOf(Object.assign(structuredClone(plan), draft), sha256) });
}

it('come back as they were written', () => {
  expect(parsePlan(renderPlanFile(plan), sha256)).toEqual(plan);
});

it('come back with hostile text in them, which the file holds in printable form only', () => {
  const hostile = planOf({ usage: usageOf(...visitsAt(nights(1, 20), { userAgent: 'evil\u001b[2J\u202Egpj\u009b31m' })) });
  const text = renderPlanFile(hostile);
  expect(text).not.toMatch(/[\u001b\u202e\u009b]/);
  expect(parsePlan(text, sha256)).toEqual(hostile);
});

describe('are refused', () => {
  it.each([
    ['when they are no JSON', 'plan: yes', 'plan/malformed (3)'],
    ['when they are empty', '', 'plan/malformed (3)'],
    ['when they are JSON of something else', '[]', 'plan/malformed (3)'],
    ['without a schema', '{"keys":[]}', 'plan/malformed (3)'],
    ['in another schema, whatever else they hold', '{"schema":2,"whatever":true}', 'plan/other-schema (3)'],
    ['in this schema, with nothing in it', '{"schema":1}', 'plan/malformed (3)'],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it('when anything was changed after the digest was made', () => {
    const text = renderPlanFile(plan);
    expect(refusal(text.replace('"plannedMs": 93600000', '"plannedMs": 60000'))).toBe('plan/tampered (6)');
    expect(refusal(text.replaceAll('AKIAROOTKEYEXAMPLE01', 'AKIAROOTKEYEXAMPLE02'))).toBe('plan/tampered (6)');
    expect(refusal(text.replace('"reason": "known"', '"reason": "knows"'))).toBe('plan/tampered (6)');
  });

  it('when a member is unknown, missing or of another kind, even with a digest that fits', () => {
    expect(refusal(changed(() => undefined))).toBe('accepted');
    expect(refusal(changed((draft) => Object.assign(draft, { approved: true })))).toBe('plan/malformed (3)');
    expect(refusal(changed((draft) => Object.assign(draft, { soak: {} })))).toBe('plan/malformed (3)');
    expect(refusal(changed((draft) => Object.assign(draft, { actions: [{ id: 'x', kind: 'delete-account', effect: 'irreversible' }] })))).toBe('plan/malformed (3)');
    expect(refusal(changed((draft) => Object.assign(draft, { createdAt: 'yesterday' })))).toBe('plan/malformed (3)');
    expect(refusal(changed((draft) => Object.assign(draft, { keys: [{ ...plan.keys[0], keyId: '../../etc' }] })))).toBe('plan/malformed (3)');
  });
});

it('name where they are malformed', () => {
  const broken: Plan = { ...plan, soak: { ...plan.soak, plannedMs: -1 } };
  expect(() => parsePlan(JSON.stringify({ ...broken, digest: digestOf(broken, sha256) }), sha256)).toThrow(/soak\.plannedMs/);
});
