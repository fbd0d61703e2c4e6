/** argv → command → exit code. The only place that sets process.exitCode and listens to signals. */
import { setMaxListeners } from 'node:events';
import { runCommand } from './commands/program.ts';
import { problemMessage } from './commands/problem-message.ts';
import { openContext } from './context.ts';
import { asProblem, problem } from './domain/problem.ts';
import { openHumanView } from './terminal/human-view.ts';
import { openStreams } from './terminal/streams.ts';
import { openWallClock } from './wall-clock.ts';

/** The first signal lets the running step finish and closes the journal; the second stops at once. */
function listenToSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(75);
      controller.abort(problem('run/interrupted'));
    });
  }
  setMaxListeners(0, controller.signal);
  return controller.signal;
}

export async function main(argv: readonly string[]): Promise<void> {
  const streams = openStreams();
  const signal = listenToSignals();
  try {
    const context = openContext(streams, process.env, signal);
    process.exitCode = await runCommand(argv, context, async (request) => {
      const { openRehearsal } = await import('./rehearsal.ts');
      return openRehearsal(request, streams, process.env, signal);
    });
  } catch (thrown) {
    const because = asProblem(thrown);
    openHumanView(streams, openWallClock()).emit(problemMessage(because));
    process.exitCode = because.exitCode;
  }
}
