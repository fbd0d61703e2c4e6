/** What a drill over an organization showed: what was done well in its run, and what would have gone wrong on a real one. Pure; knows no scenario. */
import type { Debrief } from '../debrief.ts';
import { CREDENTIAL_KINDS, type CredentialKind, type OrganizationPlan } from './organization-plan.ts';
import { countCredentials } from './removal-phrase.ts';

/** How a run went, as far as its plan and its journal tell. */
export type OrganizationDrill = {
  plan: Pick<OrganizationPlan, 'acknowledgements' | 'notCovered' | 'overrides'>;
  /** Read back as gone, by kind. */
  removed: Readonly<Record<CredentialKind, number>>;
  /** Accounts that hold the quarantine. */
  quarantined: number;
  inTrouble: number;
  outcome: 'done' | 'done-unverified' | 'rolled-back' | 'cancelled' | null;
};

const accountsText = (count: number): string => `${count} account${count === 1 ? '' : 's'}`;

function assessEnd({ inTrouble, outcome, quarantined, removed }: OrganizationDrill): Debrief {
  const hasRemoved = CREDENTIAL_KINDS.some((kind) => removed[kind] > 0);
  if (outcome === 'rolled-back') {
    return { well: ['It was rolled back: every quarantine of it is off again.'], risky: hasRemoved ? ['What had been removed before stays removed: no rollback brings it back.'] : [] };
  }
  if (outcome !== null) return { well: [], risky: quarantined === 0 ? [] : [`${accountsText(quarantined)} ${quarantined === 1 ? 'keeps' : 'keep'} the quarantine: somebody has to remember it.`] };
  if (quarantined === 0 && !hasRemoved) return { well: ['Nothing was changed yet.'], risky: [] };
  return {
    well: [],
    risky: [
      `It is not over${quarantined === 0 ? '.' : `: root of ${accountsText(quarantined)} is denied everything meanwhile.`}`,
      ...(inTrouble === 0 ? [] : [`${accountsText(inTrouble)} in trouble: each stays as it is until somebody looks.`]),
    ],
  };
}

export function assembleOrganizationDebrief(run: OrganizationDrill): Debrief {
  const { plan: { acknowledgements, notCovered, overrides }, removed } = run;
  const breaking = acknowledgements.filter(({ reason }) => reason.includes('may break'));
  const others = CREDENTIAL_KINDS.filter((kind) => kind !== 'keys' && removed[kind] > 0).map((kind) => countCredentials(kind, removed[kind]));
  const end = assessEnd(run);
  return {
    well: [
      ...(acknowledgements.length === 0 ? [] : [`${acknowledgements.length === 1 ? 'What was used was' : `${acknowledgements.length} uses were`} put to a name before anything was switched off.`]),
      ...(removed.keys === 0 ? [] : [`${countCredentials('keys', removed.keys)} soaked before removal, and read back as gone by a second session.`]),
      ...end.well,
    ],
    risky: [
      ...breaking.map(({ fingerprint }) => `Caller ${fingerprint} was let break: its owner should hear it from you, before.`),
      ...(overrides.shortSoak === null && overrides.unprovedSoak === null ? [] : ['A soak was shortened, or could not be proved: a caller with a longer rhythm breaks after the point of no return.']),
      ...(others.length === 0 ? [] : [`${others.join(', ')} went without a soak: the only way back is account recovery.`]),
      ...(notCovered.length === 0 ? [] : [`${accountsText(notCovered.length)} ${notCovered.length === 1 ? 'is' : 'are'} left out, each named in the plan with its way out.`]),
      ...end.risky,
    ],
  };
}
