/** The promises 1 to 6 of the product page, over random accounts and random stories of use, faults, other people, crashes and wrong credentials. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { msOf } from '../../src/domain/instant.ts';
import { replay } from '../../src/engine/replay.ts';
import { DELETION_STEP } from '../../src/playbooks/console.ts';
import { assessHistory, keysSince, type History } from './ledger.ts';
import { closeOperator, openOperator, type, type Operator } from '../support/operator.ts';
import { accountRecipe, inactiveFromTheStart, openAccount, type AccountRecipe } from './random-account.ts';
import { beginning, moves, readRuns, tell, type Beginning, type Ending, type Move } from './story.ts';

/** The product page's exit codes for an end that is no defect; 3: a plan that has nothing to approve any more, or no run. */
const ENDS = new Set<number | 'crashed'>([0, 2, 3, 4, 5, 6, 75, 'crashed']);
const STORIES = 120;

/** Promise 4: `done` and a clean `check` only when no key of before is left; a key made after the verification is another story. */
async function assessClaims(operator: Operator, { runs, world }: History): Promise<string[]> {
  const broken: string[] = [];
  for (const { plan, lines } of runs) {
    const isDone = lines.some(({ entry }) => entry.kind === 'run-ended' && entry.outcome === 'done');
    const verified = lines.find(({ entry }) => entry.kind === 'observed' && entry.what === 'verified')?.at;
    if (!isDone || plan.keys.length === 0) continue;
    if (verified === undefined) broken.push('4: a run is done that nobody verified');
    else if (keysSince(world, msOf(verified) - world.limits.iamPropagationMs).length > 0) broken.push('4: a run is done, and its account has a root key');
  }
  // Reads may lag behind a change by so much.
  world.now += world.limits.iamPropagationMs;
  const isClean = (await type(operator, ['check', '-o', 'json'])) === 0;
  if (isClean && keysSince(world, world.now).length > 0) broken.push('4: check is clean, and there is a root key');
  return broken;
}

function assessEndings(endings: Ending[]): string[] {
  return endings.flatMap(({ command, exit, effects, isOfOthers }) => [
    ...(ENDS.has(exit) ? [] : [`"${command}" ended with ${exit}`]),
    ...(isOfOthers && effects > 0 ? [`6: ${effects} effects with credentials of another account`] : []),
    ...(isOfOthers && exit !== 6 && exit !== 4 && exit !== 3 && exit !== 0 && exit !== 2 ? [`6: other credentials ended with ${exit}`] : []),
    ...(command === 'finish' && exit === 'crashed' ? ['5: a run does not come to an end'] : []),
  ]);
}

async function brokenPromises(recipe: AccountRecipe, chosen: Beginning, story: Move[]): Promise<{ broken: string[]; output: string; endings: Ending[]; deletes: number; told: number }> {
  const operator = await openOperator(openAccount(recipe));
  try {
    const endings = await tell(operator, chosen, story);
    const history: History = { world: operator.world, runs: await readRuns(operator), inactiveFromTheStart: inactiveFromTheStart(recipe) };
    const broken = [...assessEndings(endings), ...assessHistory(history), ...(await assessClaims(operator, history))];
    const told = history.runs.filter(({ lines }) => replay(lines).told.has(DELETION_STEP)).length;
    const deletes = operator.world.effects.filter((effect) => effect.operation === 'DeleteAccessKey').length;
    return { broken, output: operator.output, endings, deletes, told };
  } finally {
    await closeOperator(operator);
  }
}

it(`keeps its promises in ${STORIES} random stories`, async () => {
  const seen = { deletes: 0, stops: 0, crashes: 0, others: 0, told: 0 };
  await fc.assert(
    fc.asyncProperty(accountRecipe, beginning, moves, async (recipe, chosen, story) => {
      const { broken, output, endings, deletes, told } = await brokenPromises(recipe, chosen, story);
      seen.deletes += deletes;
      seen.told += told;
      seen.stops += endings.filter(({ exit }) => exit === 6).length;
      seen.crashes += endings.filter(({ exit }) => exit === 'crashed').length;
      seen.others += endings.filter(({ isOfOthers }) => isOfOthers).length;
      expect(broken, output.slice(-3_000)).toEqual([]);
    }),
    { numRuns: STORIES },
  );
  console.log(`promises: ${STORIES} stories, ${seen.deletes} deletes, ${seen.told} told at the console, ${seen.stops} safe stops, ${seen.crashes} crashes, ${seen.others} resumes with credentials of others`);
  // Stories in which nothing ever happens would keep every promise.
  expect(seen.deletes).toBeGreaterThan(5);
  expect(seen.stops).toBeGreaterThan(0);
  expect(seen.crashes).toBeGreaterThan(0);
}, 300_000);
