/** An operator at work on one world: types command lines, crashes, comes back. The world goes on as AWS would; everything else is rebuilt from disk. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Context } from '../../src/commands/context-type.ts';
import { parsePlan } from '../../src/commands/plan-file.ts';
import { runCommand } from '../../src/commands/program.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { Problem } from '../../src/domain/problem.ts';
import { NO_FAULTS, type FaultPoints } from '../../src/engine/fault-points.ts';
import type { Ask, QuestionCode, Questions } from '../../src/ports/questions.ts';
import { openRehearsalContext } from '../../src/rehearsal-context.ts';
import type { ObservedCall } from '../../src/simulator/service-call.ts';
import type { World } from '../../src/simulator/world.ts';
import { openTestStreams } from './streams.ts';

/** A process that dies: nothing in the program may take it for a problem. */
class Crash extends Error {}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export type Operator = {
  world: World;
  directory: string;
  /** Everything that was said, by all commands. */
  output: string;
  /** Standard output of the last command. */
  result: string;
  processId: number;
  /** Every call to AWS, with the command that made it: `check`, `guard-alerts`. */
  calls: (ObservedCall & { command: string })[];
};

export type Circumstances = {
  /** Dies at the so-manieth fault point of this command, the first being 1. */
  crashAt?: number | null;
  /** Dies at this fault point. */
  crashOn?: (point: string, subject: string) => boolean;
  /** Whether `resume` stays until the soak is over. */
  isWaiting?: boolean;
  signal?: AbortSignal;
  /** Somebody at a terminal who answers; nobody by default. */
  ask?: (context: Context) => Ask;
};

/** Somebody who answers just these questions; any other is a failure. */
export const answering = (answers: { [Code in QuestionCode]?: Questions[Code]['answer'] }): NonNullable<Circumstances['ask']> => () => (code) => {
  const answer = answers[code];
  return answer === undefined ? Promise.reject(new Error(`nobody answers ${code}`)) : Promise.resolve(answer);
};

export const openOperator = async (world: World): Promise<Operator> =>
  ({ world, directory: await mkdtemp(join(tmpdir(), 'rootzero-operator-')), output: '', result: '', processId: 1, calls: [] });

export const closeOperator = (operator: Operator): Promise<void> => rm(operator.directory, { recursive: true, force: true });

function crashPoints({ crashAt, crashOn }: Circumstances): FaultPoints {
  let reached = 0;
  return {
    reach: (point, subject) => {
      reached += 1;
      if (reached === crashAt || crashOn?.(point, subject) === true) throw new Crash(`at ${point} of ${subject}`);
    },
  };
}

/** Groups of commands have permissions of their own, and so has an organization: `guard alerts apply` is `guard-alerts`, `check --org` is `check-org`. */
function commandOf(argv: readonly string[]): string {
  const [first = '', second = ''] = argv;
  if (argv.includes('--org')) return `${first}-org`;
  return first === 'guard' ? `${first}-${second}` : first;
}

function openContext(operator: Operator, command: string, circumstances: Circumstances): Context {
  const { world, directory, processId } = operator;
  const say = (piece: string): void => {
    operator.output += piece;
  };
  const streams = openTestStreams({ progress: say, result: (piece) => { say(piece); operator.result += piece; } });
  const isCrashing = (circumstances.crashAt ?? circumstances.crashOn ?? null) !== null;
  const context = openRehearsalContext({
    world,
    directory,
    streams,
    faults: isCrashing ? crashPoints(circumstances) : NO_FAULTS,
    signal: circumstances.signal ?? new AbortController().signal,
    save: () => undefined,
    onCall: (call) => operator.calls.push({ command, ...call }),
    // Only the process of now lives; whoever held a lock before has crashed.
    system: { tool: 'rootzero/test', processId, host: 'desk', random: () => 0.5, sha256, isProcessAlive: (id) => id === processId },
  });
  const { ask } = circumstances;
  const openUi: Context['openUi'] = (format) => ({ ...context.openUi(format), ask: ask === undefined || format !== 'table' ? null : ask(context) });
  return { ...context, openUi, isResumeWaiting: circumstances.isWaiting ?? true };
}

/** Runs one command line. @returns its exit code, or `crashed` @throws what is neither an exit nor a problem: a defect */
export async function type(operator: Operator, argv: readonly string[], circumstances: Circumstances = {}): Promise<number | 'crashed'> {
  operator.output += `$ rootzero ${argv.join(' ')}\n`;
  operator.result = '';
  try {
    return await runCommand(argv, openContext(operator, commandOf(argv), circumstances), null);
  } catch (thrown) {
    if (thrown instanceof Crash) {
      operator.processId += 1;
      operator.output += `crashed ${thrown.message}\n`;
      return 'crashed';
    }
    if (!(thrown instanceof Problem)) throw thrown;
    operator.output += `✖ ${thrown.code} ${thrown.message}\n  next  ${thrown.nextStep}\n`;
    return thrown.exitCode;
  }
}

/** No plan was written: the account could not even be read. */
export class NoPlan extends Error {
  readonly exit: number | 'crashed';
  constructor(exit: number | 'crashed') {
    super(`no plan: exit ${exit}`);
    this.exit = exit;
  }
}

/** Plans and reads the plan back. @returns the exit code, and the plan that was written @throws NoPlan */
export async function makePlan(operator: Operator, ...options: string[]): Promise<{ exit: number | 'crashed'; plan: Plan; path: string }> {
  const path = join(operator.directory, 'plan.json');
  await rm(path, { force: true });
  const exit = await type(operator, ['plan', '--out', path, ...options]);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new NoPlan(exit);
  });
  return { exit, path, plan: parsePlan(text, sha256) };
}

/** The options that acknowledge every caller that depends on a key. */
export async function acknowledgeAll(operator: Operator): Promise<string[]> {
  const { plan } = await makePlan(operator);
  return plan.callers
    .filter((caller) => caller.kind === 'root-key' || caller.kind === 'minted-session')
    .flatMap((caller) => ['--acknowledge', `${caller.fingerprint}=known; has a role now`]);
}

/** Plans with every caller acknowledged, then applies. @returns the exit code of `apply` */
export async function retire(operator: Operator, ...options: string[]): Promise<{ exit: number | 'crashed'; plan: Plan }> {
  const { plan, path } = await makePlan(operator, ...(await acknowledgeAll(operator)), ...options);
  return { plan, exit: await type(operator, ['apply', path, '--approve', plan.digest]) };
}

const listed = z.object({ runs: z.array(z.object({ runId: z.string(), state: z.string() })) });

/** The newest run, as `status` lists it. */
export async function newestRun(operator: Operator): Promise<{ runId: string; state: string } | null> {
  await type(operator, ['status', '-o', 'json']);
  return listed.parse(JSON.parse(operator.result)).runs[0] ?? null;
}

export const readRunFile = (operator: Operator, runId: string, name: string): Promise<string> =>
  readFile(join(operator.directory, 'runs', runId, name), 'utf8');

export const readPlanOf = async (operator: Operator, runId: string): Promise<Plan> => parsePlan(await readRunFile(operator, runId, 'plan.json'), sha256);

const codes = /code {2}([a-z]+\/[a-z-]+)|✖ ([a-z]+\/[a-z-]+)/g;

/** The code of the last problem that was said. */
export const lastProblem = (operator: Operator): string | undefined => {
  const match = [...operator.output.matchAll(codes)].at(-1);
  return match?.[1] ?? match?.[2];
};
