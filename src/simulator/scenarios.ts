/** The registry of rehearsal scenarios by name. Each is described where it is defined. */
import { checkScenarios } from './scenarios/check.ts';
import { compromised } from './scenarios/compromised.ts';
import { consoleScenarios } from './scenarios/console.ts';
import { flaggedScenarios } from './scenarios/flagged-account.ts';
import { manyHands } from './scenarios/many-hands.ts';
import { organizationLarge } from './scenarios/organization-large.ts';
import { organizationScenarios } from './scenarios/organization.ts';
import { retireOrganizationScenarios } from './scenarios/retire-organization.ts';
import { rolloutScenarios } from './scenarios/rollout.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { signingKeyScenarios } from './scenarios/signing-key.ts';
import type { Time, World } from './world.ts';

/** Scenarios by name, the one to begin with first. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = Object.fromEntries(
  [...flaggedScenarios, compromised, manyHands, ...signingKeyScenarios, ...consoleScenarios, ...organizationScenarios, ...rolloutScenarios, ...retireOrganizationScenarios, organizationLarge, ...checkScenarios]
    .map((scenario) => [scenario.name, scenario]),
);

export function scenarioNames(): string[] {
  return Object.keys(SCENARIOS);
}

/** A fresh world of the scenario at `now`. @throws RangeError for a name that is none of `scenarioNames()` */
export function openScenario(name: string, now: Time): World {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new RangeError(`There is no scenario ${JSON.stringify(name)}.`);
  return scenario.open(now);
}
