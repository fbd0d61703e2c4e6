/** Command lines that show what each command calls: every scenario's own script, and the ways off it. Data only; a new command adds its lines here. */
import { SCENARIOS } from '../../src/simulator/scenarios.ts';
import type { World } from '../../src/simulator/world.ts';

/** `{plan}`, `{digest}` and `{acknowledge-all}` stand for what they do in a scenario's own script, `{run}` for the newest run. */
export type JobScript = { scenario: string; commands: readonly (readonly string[])[]; trouble?: (world: World) => void };

const PLAN = ['plan', '--out', '{plan}', '{acknowledge-all}'];
const APPLY = ['apply', '{plan}', '--approve', '{digest}'];
const UNIT = ['--scp-target', 'ou-ex4m-sandbox1'];
const ACCOUNT = ['--scp-target', '222233334444'];

/** A key of a root user who signs in with a second factor. */
const addMfa = (world: World): void => {
  for (const { root } of Object.values(world.accounts)) root.mfa = 'virtual';
};
/** The first call of the operation does not get through, so that the run stops there and `resume` makes it. */
const refuseOnce = (operation: string) => (world: World): void => {
  world.faults.push({ operation, kind: 'access-denied', skip: 0, remaining: 1 });
};

/** A member that may look around in its organization. */
const delegate = (accountId: string) => (world: World): void => {
  world.organization?.delegatedAdministrators.push({ accountId, servicePrincipal: 'iam.amazonaws.com' });
};

const MORE: readonly JobScript[] = [
  { scenario: 'flagged-account', commands: [['check'], ['status'], PLAN, APPLY, ['status'], ['rollback']] },
  { scenario: 'flagged-account', trouble: addMfa, commands: [['check'], PLAN, APPLY, ['resume']] },
  { scenario: 'flagged-account', trouble: refuseOnce('iam:UpdateAccessKey'), commands: [PLAN, APPLY, ['resume']] },
  { scenario: 'management-account', commands: [[...PLAN, ...UNIT], APPLY, ['resume'], ['rollback', '{run}']] },
  { scenario: 'management-account', commands: [[...PLAN, ...ACCOUNT], [...APPLY, '--wait']] },
  { scenario: 'member-account', trouble: delegate('444455556666'), commands: [['doctor']] },
  { scenario: 'compromised', commands: [['plan', '--suspected-compromise', '--out', '{plan}'], APPLY, ['rollback', '--approve', '{digest}']] },
];

export const JOB_SCRIPTS: readonly JobScript[] = [
  ...Object.values(SCENARIOS).map(({ name, answers }) => ({ scenario: name, commands: answers.steps.map(({ command }) => command) })),
  ...Object.keys(SCENARIOS).map((scenario) => ({ scenario, commands: [['doctor']] })),
  ...MORE,
];
