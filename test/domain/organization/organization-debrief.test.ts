/** What a drill over an organization is said to have shown: never that something comes back which does not. */
import { describe, expect, it } from 'vitest';
import { assembleOrganizationDebrief, type OrganizationDrill } from '../../../src/domain/organization/organization-debrief.ts';

const NOTHING = { keys: 0, certificates: 0, password: 0, mfa: 0 };
const drill = (change: Partial<OrganizationDrill> = {}): OrganizationDrill => ({
  plan: { acknowledgements: [], notCovered: [], overrides: { shortSoak: null, unprovedSoak: null } }, removed: NOTHING, quarantined: 0, inTrouble: 0, outcome: null, ...change,
});

describe('a run over an organization', () => {
  it('of which nothing was begun has changed nothing', () => {
    expect(assembleOrganizationDebrief(drill())).toEqual({ well: ['Nothing was changed yet.'], risky: [] });
  });

  it('that is done never claims a way back, and names what had no soak and what is left', () => {
    const plan = { ...drill().plan, acknowledgements: [{ fingerprint: 'aaaaaaaaaaaa', reason: 'known; it may break' }] };
    const { well, risky } = assembleOrganizationDebrief(drill({ plan, removed: { keys: 14, certificates: 1, password: 2, mfa: 0 }, outcome: 'done' }));
    expect(well.join('\n')).toContain('14 keys soaked before removal');
    expect(well.join('\n')).not.toMatch(/rollback|brings back/);
    expect(risky).toEqual([expect.stringContaining('aaaaaaaaaaaa was let break'), expect.stringContaining('1 certificate, 2 passwords went without a soak')]);
  });

  it('that is not over says for how many accounts root is denied meanwhile, and who is in trouble', () => {
    expect(assembleOrganizationDebrief(drill({ quarantined: 3, inTrouble: 1 })).risky).toEqual([expect.stringContaining('root of 3 accounts is denied everything'), expect.stringContaining('1 account in trouble')]);
  });

  it('that was rolled back says that what was removed stays removed', () => {
    expect(assembleOrganizationDebrief(drill({ outcome: 'rolled-back', removed: { ...NOTHING, keys: 1 } })).risky).toEqual([expect.stringContaining('stays removed')]);
    expect(assembleOrganizationDebrief(drill({ outcome: 'rolled-back' })).risky).toEqual([]);
  });
});
