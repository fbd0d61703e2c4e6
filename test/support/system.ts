/** The operating system for tests: this process, its host, and the digests of Node.js. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { System } from '../../src/ports/system.ts';

function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (thrown) {
    // A process of somebody else cannot be signalled, but lives.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** A real `System`; parts of it may be replaced, to play another process or host. */
export function openTestSystem(replaced: Partial<System> = {}): System {
  return {
    tool: 'rootzero/test',
    processId: process.pid,
    host: hostname(),
    isProcessAlive,
    random: Math.random,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    ...replaced,
  };
}
