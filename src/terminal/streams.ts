/** Standard input, output and error as rootzero uses them: results on one, progress and questions on the other two. The only file that touches process streams. */
import { assessSurface, openTerminal, type Environment, type Surface, type Terminal } from './terminal.ts';

export type Streams = {
  result: (text: string) => void;
  progress: (text: string) => void;
  /** Where `result` goes. */
  page: Surface;
  /** Where `progress` and questions go. */
  terminal: Terminal;
  isInteractive: boolean;
};

/** A reader that closes the pipe early (`| head`) is no defect, nor a terminal that is gone: the work goes on to where it can stop. */
function surviveItsEnd(stream: NodeJS.EventEmitter): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

export function openStreams(environment: Environment): Streams {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdin, stdout, stderr]) surviveItsEnd(stream);
  const terminal = openTerminal({
    input: stdin,
    output: stderr,
    every: (ms, callback) => {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    // A pipeline stops as a whole, as it does when the terminal itself takes the key.
    suspend: () => void process.kill(0, 'SIGTSTP'),
    strike: () => void process.kill(process.pid, 'SIGINT'),
  }, environment, process.platform);
  process.on('exit', terminal.restore);
  if (stderr.isTTY) stderr.on('resize', () => terminal.announce('resized'));
  return {
    result: (text) => terminal.print(text, stdout),
    progress: (text) => terminal.print(text),
    page: assessSurface(stdout, environment, process.platform),
    terminal,
    isInteractive: terminal.isInteractive,
  };
}
