/** An organization of ten thousand accounts: what a survey has to master. Generated, so that two of one size are the same. */
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Limits, World } from '../world.ts';
import { defineAnswers } from './answers.ts';
import { furnishLargeOrganization, unitId, UNSPARING_POLICY, type LargeOrganization } from './large-organization.ts';
import { scatterRootKeys } from './scattered-keys.ts';
import { defineScenario } from './scenario.ts';

const SEED = 23;
/** Top units on which a policy denies root sessions as well. */
const UNSPARING_UNITS = [4, 16, 39].map(unitId);

/** AWS publishes no rate of AssumeRoot: a guess, as modest as that for IAM. */
export const SURVEY_LIMITS: Pick<Limits, 'latencyMs' | 'rates'> = { latencyMs: 60, rates: { ...DEFAULT_LIMITS.rates, 'sts:AssumeRoot': { perSecond: 20, burst: 40 } } };

/** An organization of that size with root users in every state, centralized root access on, and units in which a policy denies root sessions. */
export function furnishSurvey(world: World, size: LargeOrganization, now: number): void {
  const members = furnishLargeOrganization(world, size);
  scatterRootKeys(world, members, size.seed + 1, now);
  const { organization } = world;
  if (organization === undefined) return;
  organization.trustedServices.push('iam.amazonaws.com');
  organization.rootFeatures.push('RootCredentialsManagement');
  organization.policies.push(UNSPARING_POLICY);
  for (const unit of UNSPARING_UNITS) organization.attachments[unit]?.push(UNSPARING_POLICY.id);
}

export const organizationLarge = defineScenario({
  name: 'organization-large',
  summary: 'An organization of 10,000 accounts in 400 OUs, far away: 60 ms a call, and AWS says "Rate exceeded" to whoever asks too fast.',
  teaches: 'A survey goes as fast as AWS lets it, and no faster; what cannot be read is unknown, and says why.',
  limits: SURVEY_LIMITS,
  furnish: (world, now) => furnishSurvey(world, { accounts: 10_000, units: 400, seed: SEED }, now),
  isPlayed: true,
  answers: defineAnswers('survey', [{ command: ['check', '--org', '--ou', 'data-2'], expectExit: 1, note: 'The root users below one OU. Without --ou it is all of them: ten minutes of the world, one of yours.' }]),
});
