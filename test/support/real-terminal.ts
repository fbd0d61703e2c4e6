/** A real terminal: a command line on a pseudo-terminal of the kernel, made by util-linux `script`, read through the emulator. */
import { spawn } from 'node:child_process';
import type { Sandbox } from './cli.ts';
import { bytesOf, openEmulator, type Emulator, type ScreenSize } from './emulator.ts';

export type RealTerminal = Omit<Emulator, 'write' | 'resize' | 'size'> & {
  press: (...keys: string[]) => void;
  /** The window is closed, or the connection lost. */
  hangUp: () => void;
  ended: Promise<void>;
};

/** Runs a line of shell on a terminal of its own. */
export function openRealTerminal(line: string, { environment, folder }: Pick<Sandbox, 'environment' | 'folder'>, size: ScreenSize = { columns: 80, rows: 24 }): RealTerminal {
  const { write, resize: _resize, size: _size, ...emulator } = openEmulator(size);
  const child = spawn('script', ['--quiet', '--command', `stty cols ${size.columns} rows ${size.rows}; ${line}`, '/dev/null'], {
    cwd: folder,
    env: { ...environment, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', SHELL: '/bin/bash', PS1: '$ ' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdout.setEncoding('utf8').on('data', write);
  child.stdin.on('error', () => undefined);
  return {
    ...emulator,
    press: (...keys) => keys.forEach((key) => child.stdin.write(bytesOf(key))),
    hangUp: () => void child.kill('SIGKILL'),
    ended: new Promise((resolve) => child.on('close', () => resolve())),
  };
}
