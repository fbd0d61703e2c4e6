/** argv → command → exit code. The only place that sets process.exitCode and listens to signals. */
import { setMaxListeners } from 'node:events';
import { runCommand } from './commands/program.ts';
import { problemMessage } from './commands/problem-message.ts';
import { openContext } from './context.ts';
import { asProblem } from './domain/problem.ts';
import { openHumanView } from './terminal/human-view.ts';
import { openStreams } from './terminal/streams.ts';
import type { Terminal } from './terminal/terminal.ts';
import { openWallClock } from './wall-clock.ts';

/** The first signal lets the running step finish and closes the journal; the second stops at once. */
function listenToSignals(terminal: Terminal): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (terminal.signal.aborted) process.exit(75);
      terminal.interrupt();
    });
  }
  // Every Region waits on it at once, which is no leak.
  setMaxListeners(0, terminal.signal);
}

/** Ctrl-Z and `fg`: the shell gets its cursor and its echo, and afterwards what was on the screen is drawn again. */
function listenToSuspension(terminal: Terminal): void {
  process.on('SIGTSTP', () => {
    const { input } = terminal;
    const isRaw = input.isRaw === true;
    terminal.restore();
    process.once('SIGCONT', () => {
      if (isRaw) input.setRawMode?.(true);
      terminal.announce('continued');
    });
    process.kill(process.pid, 'SIGSTOP');
  });
}

/** Everywhere: no redrawing, no spinner, numbered choices. It is no command's own, so it is taken out before they are parsed. */
const PLAIN = '--plain';

export async function main(words: readonly string[]): Promise<void> {
  const argv = words.filter((word) => word !== PLAIN);
  const streams = openStreams(process.env);
  streams.terminal.isPlain ||= argv.length < words.length;
  const { signal } = streams.terminal;
  listenToSignals(streams.terminal);
  if (streams.isInteractive) listenToSuspension(streams.terminal);
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
