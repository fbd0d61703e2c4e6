/** A drill's end: what was done well and what would have gone wrong, from the run alone. */
import { describe, expect, it } from 'vitest';
import { assembleDebrief, assembleGuardDebrief, type DrillRun } from '../../src/domain/debrief.ts';
import { HOUR_MS, plusMs } from '../../src/domain/instant.ts';
import { FIRST_KEY, planOf } from './plan-examples.ts';
import { READ_AT } from './root-user-examples.ts';

const plan = planOf({});
const drill = (details: Partial<DrillRun>): DrillRun => ({
  plan,
  contained: new Map([[FIRST_KEY, READ_AT]]),
  deleted: new Map([[FIRST_KEY, plusMs(READ_AT, 26 * HOUR_MS)]]),
  isVerified: true,
  outcome: 'done',
  stoppedBy: null,
  signInPossible: 'yes',
  ...details,
});

describe('a debrief', () => {
  it('of a look says that nothing was changed', () => {
    expect(assembleDebrief(null)).toEqual({ well: [expect.stringContaining('Nothing was changed')], risky: [] });
  });

  it('of a careful run finds nothing to fear', () => {
    const { well, risky } = assembleDebrief(drill({}));
    expect(risky).toEqual([]);
    expect(well.join('\n')).toContain('was off for 26 h');
    expect(well.join('\n')).toContain('read back live');
  });

  it('names a key that was deleted without a soak', () => {
    const { well, risky } = assembleDebrief(drill({ contained: new Map() }));
    expect(risky).toEqual([expect.stringContaining('without ever being off')]);
    expect(well.join('\n')).not.toContain('was off for');
  });

  it('names a caller that nobody was asked about, and one that was let break', () => {
    const acknowledgements = [{ fingerprint: 'aaaaaaaaaaaa', reason: 'unknown; accepted at the terminal' }, { fingerprint: 'bbbbbbbbbbbb', reason: 'known; it may break' }];
    const { well, risky } = assembleDebrief(drill({ plan: { ...plan, acknowledgements } }));
    expect(risky).toEqual([expect.stringContaining('aaaaaaaaaaaa'), expect.stringContaining('bbbbbbbbbbbb')]);
    expect(well[0]).toContain('The caller was put to a name');
  });

  it('names the missing way back in, and a deletion that nobody could verify', () => {
    const { risky } = assembleDebrief(drill({ signInPossible: 'go-on', outcome: 'done-unverified', isVerified: false }));
    expect(risky).toEqual([expect.stringContaining('sign in as root'), expect.stringContaining('nobody could read it back')]);
  });

  it('counts a stop with the seal kept as done well', () => {
    const { well, risky } = assembleDebrief(drill({ deleted: new Map(), outcome: null, stoppedBy: 'Root was used during the soak.' }));
    expect(risky).toEqual([]);
    expect(well.join('\n')).toContain('what was contained stayed so: Root was used during the soak.');
  });
});

describe('a run over guardrails', () => {
  it('is never called a look: what it attached is there, and whether it is over is said', () => {
    expect(assembleGuardDebrief('done').well.join()).toContain('rollback still brings back');
    expect(assembleGuardDebrief('rolled-back').well.join()).toContain('as it was before');
    expect(assembleGuardDebrief(null)).toMatchObject({ well: [], risky: [expect.stringContaining('stays attached')] });
    expect(assembleGuardDebrief('cancelled').well.join()).toContain('before anything was changed');
  });
});
