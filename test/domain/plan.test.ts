/** The identity of a plan: its digest, and what it stands for. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { acknowledges, digestOf, isDeleting } from '../../src/domain/plan.ts';
import { factsOf, planOf } from './plan-examples.ts';
import { sha256 } from './root-event-examples.ts';
import { listed, rootKey } from './root-user-examples.ts';

const plan = planOf();

it('is the same for the same plan, whatever the order of its members', () => {
  const reversed: unknown = JSON.parse(JSON.stringify(plan), (_, value: unknown) =>
    (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value));
  expect(sha256(JSON.stringify(reversed))).not.toBe(sha256(JSON.stringify(plan)));
  expect(digestOf(Object.assign(structuredClone(plan), reversed), sha256)).toBe(plan.digest);
});

it('does not count the digest itself', () => {
  expect(digestOf({ ...plan, digest: 'f'.repeat(64) }, sha256)).toBe(plan.digest);
});

it('changes with soak, overrides, acknowledgements, keys and every action', () => {
  const changed = [
    { ...plan, soak: { ...plan.soak, plannedMs: plan.soak.plannedMs + 1 } },
    { ...plan, overrides: [{ kind: 'short-soak' as const, keyIds: [], reason: 'x' }] },
    { ...plan, acknowledgements: [] },
    { ...plan, keys: [] },
    { ...plan, actions: plan.actions.slice(1) },
    { ...plan, world: 'rehearsal flagged-account' },
  ];
  const digests = changed.map((other) => digestOf(other, sha256));
  expect(new Set([plan.digest, ...digests]).size).toBe(changed.length + 1);
});

it('changes with any text that a person reads', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (first, second) => {
    const [left, right] = [first, second].map((reason) => digestOf({ ...plan, acknowledgements: [{ fingerprint: 'f', reason }] }, sha256));
    expect(left === right).toBe(first === second);
  }));
});

it('deletes only where there is a key to delete', () => {
  expect(isDeleting(plan)).toBe(true);
  expect(isDeleting(planOf({ usage: null, decisions: { isSuspectedCompromise: true, acknowledgements: [] } }))).toBe(false);
  expect(isDeleting(planOf({ facts: factsOf({ keys: listed() }) }))).toBe(false);
  expect(isDeleting(planOf({ facts: factsOf({ keys: listed(rootKey(1, 'inactive')) }) }))).toBe(true);
});

it('acknowledges callers one by one', () => {
  const [given] = plan.acknowledgements;
  expect(acknowledges(plan, given?.fingerprint ?? '')).toBe(true);
  expect(acknowledges(plan, '')).toBe(false);
});
