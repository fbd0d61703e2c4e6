/** A run over an organization interrupted at moments of every kind: what had begun finishes, the journal is closed, and going on ends in the same organization. */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { problem } from '../../src/domain/problem.ts';
import { NO_FAULTS, type FaultPoint } from '../../src/engine/fault-points.ts';
import { openJournal } from '../../src/engine/journal-file.ts';
import { replay } from '../../src/engine/replay.ts';
import { endOf, planOrganization } from '../support/organization-run.ts';
import { sha256 } from '../support/operator.ts';
import { closeStage, listRuns, perform, playScript, repeatStage, worldOf, type Stage } from './stage.ts';

const MOMENTS: ReadonlySet<FaultPoint> = new Set(['journal/after-append', 'step/before-act', 'step/after-act']);
/** Besides the first and the last of each kind of moment, one of so many. */
const EVERY = 29;

let cases = 0;
afterAll(() => console.log(`interruptions over an organization: ${cases} cases`));

async function lastEntry(stage: Stage): Promise<{ kind: string | undefined; halfDone: string[] }> {
  const [run = ''] = await listRuns(stage);
  const { lines } = await openJournal(join(stage.directory, 'runs', run), { clock: { now: () => worldOf(stage).now, sleep: () => Promise.resolve() }, system: { sha256 }, faults: NO_FAULTS });
  return { kind: lines.at(-1)?.entry.kind, halfDone: [...replay(lines).steps].filter(([, step]) => step.state === 'intended').map(([key]) => key) };
}

it('goes on after an interruption as if there had been none', async () => {
  const { stage: planned, plan, path } = await planOrganization();
  const script = [['apply', path, '--approve', plan.digest], ['resume']];
  const kinds: string[] = [];
  const count = (point: FaultPoint, subject: string): void => {
    if (MOMENTS.has(point)) kinds.push(`${point} ${subject.replaceAll(/\d{12}|AKIA[A-Z0-9]+/g, '#')}`);
  };
  const clean = await repeatStage(planned);
  expect(await playScript(clean, script, (argv) => perform(clean, argv, { faults: { reach: count } }))).toBe(0);
  const expected = endOf(worldOf(clean));
  await closeStage(clean);
  const all = [...kinds];
  const moments = all.map((kind, index) => ({ kind, index })).filter(({ kind, index }) => all.indexOf(kind) === index || all.lastIndexOf(kind) === index || index % EVERY === 0);
  for (const { kind, index } of moments) {
    const stage = await repeatStage(planned);
    let reached = -1;
    let ended: { exit: number; kind: string | undefined; halfDone: string[] } | null = null;
    const exit = await playScript(stage, script, async (argv) => {
      const controller = new AbortController();
      const reach = (point: FaultPoint): void => {
        reached += MOMENTS.has(point) ? 1 : 0;
        if (reached === index && MOMENTS.has(point) && ended === null) controller.abort(problem('run/interrupted'));
      };
      const code = await perform(stage, argv, { faults: { reach }, signal: controller.signal });
      if (!controller.signal.aborted) return code;
      ended = { exit: code, ...(await lastEntry(stage)) };
      return code === 5 || code === 75 ? null : code;
    });
    const where = `interrupted at ${index} of ${all.length}, ${kind}: ${JSON.stringify(ended)}\n${stage.output.slice(-1_200)}`;
    expect(exit, where).toBe(0);
    expect(endOf(worldOf(stage)), where).toEqual(expected);
    expect(ended?.['halfDone'], where).toEqual([]);
    await closeStage(stage);
    cases += 1;
  }
  await closeStage(planned);
}, 900_000);
