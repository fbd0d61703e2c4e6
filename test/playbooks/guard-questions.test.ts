/** A rollout with a person at the terminal: asked before anything is written, and again when root was used and denied. */
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/domain/instant.ts';
import { addRootKey } from '../../src/simulator/world-builder.ts';
import { KEY, nightlyBackup } from '../../src/simulator/scenarios/cast.ts';
import { SANDBOX_UNIT } from '../../src/simulator/scenarios/large-organization.ts';
import { attachmentsOf, MEMBER_ROLE, openOrganizationWorld, type OrganizationWorld } from '../support/organization-world.ts';
import { answering, closeOperator, lastProblem, openOperator, type, type Operator } from '../support/operator.ts';

let operator: Operator;
afterEach(() => closeOperator(operator));

async function open(furnish: (given: OrganizationWorld) => void = () => undefined): Promise<OrganizationWorld> {
  const given = openOrganizationWorld();
  furnish(given);
  operator = await openOperator(given.world);
  return given;
}
const APPLY = ['guard', 'apply', '--member-role', MEMBER_ROLE, '--target', SANDBOX_UNIT];

describe('before anything is written', () => {
  it('no changes nothing, and is no trouble', async () => {
    const { world } = await open();
    expect(await type(operator, APPLY, { ask: answering({ 'guard/carry-out': 'no' }) })).toBe(5);
    expect(world.effects).toEqual([]);
    expect(operator.output).toContain('Rollout for organization');
  });

  it('yes is asked for once, and is on record', async () => {
    const { organization } = await open();
    expect(await type(operator, APPLY, { ask: answering({ 'guard/carry-out': 'yes' }) })).toBe(75);
    expect(await type(operator, ['resume'])).toBe(0);
    expect(attachmentsOf(organization)).toEqual({ [SANDBOX_UNIT]: ['rootzero-deny-root-user'] });
  });
});

describe('when root was used and denied', () => {
  async function openKnocked(): Promise<OrganizationWorld> {
    const given = await open(({ world, members: [first] }) => {
      if (first === undefined) return;
      addRootKey(world, first, { id: KEY, status: 'Active', createdAt: 0 });
      world.agenda.push({ kind: 'after-attachment', at: 0, targetId: SANDBOX_UNIT, follow: [{ kind: 'root-call', at: HOUR_MS, call: nightlyBackup(first.id, KEY) }] });
    });
    expect(await type(operator, APPLY, { ask: answering({ 'guard/carry-out': 'yes' }) })).toBe(75);
    return given;
  }

  it('stop keeps everything attached', async () => {
    const { organization } = await openKnocked();
    expect([await type(operator, ['resume'], { ask: answering({ 'guard/denied': 'stop' }) }), lastProblem(operator)]).toEqual([6, 'rollout/tripwire']);
    expect(attachmentsOf(organization)).toEqual({ [SANDBOX_UNIT]: ['rootzero-deny-root-user'] });
  });

  it('go on takes the caller as known: nobody is asked about it again', async () => {
    const { organization } = await openKnocked();
    const asked: string[] = [];
    const knowing = answering({ 'guard/denied': 'go-on' });
    const counting: typeof knowing = (context) => (code, about) => (asked.push(code), knowing(context)(code, about));
    expect(await type(operator, ['resume'], { ask: counting })).toBe(0);
    expect(asked).toEqual(['guard/denied']);
    expect(attachmentsOf(organization)).toEqual({ [SANDBOX_UNIT]: ['rootzero-deny-root-user'] });
  });

  it('who stopped may go on later', async () => {
    await openKnocked();
    expect(await type(operator, ['resume'], { ask: answering({ 'guard/denied': 'stop' }) })).toBe(6);
    expect(await type(operator, ['resume'], { ask: answering({ 'guard/denied': 'go-on' }) })).toBe(0);
  });
});
