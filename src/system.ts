/** The operating system as the ports name it. For composition roots only. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { problem } from './domain/problem.ts';
import type { System } from './ports/system.ts';

/** The package: one folder above the bundle, and above the sources. */
const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), '..');

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

/** A killed process whose parent never asked after it still answers to signals (Linux: state Z in /proc). */
function isZombie(processId: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export function openSystem(): System {
  return {
    tool: `rootzero/${readVersion()}`,
    processId: process.pid,
    host: hostname(),
    random: Math.random,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    isProcessAlive: (processId) => {
      try {
        process.kill(processId, 0);
        return !isZombie(processId);
      } catch (thrown) {
        // Somebody else's process is alive too, it may only not be signalled.
        return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
      }
    },
  };
}

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown));

export const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((thrown: unknown) => {
    throw problem('input/unreadable-file', { detail: `${path}: ${codeOf(thrown)}.` });
  });

export const writeText = (path: string, text: string): Promise<void> =>
  writeFile(path, text, { mode: 0o600 }).catch((thrown: unknown) => {
    throw problem('input/unwritable-file', { detail: `${path}: ${codeOf(thrown)}.` });
  });

/** A file that ships with the package, such as `policies/scp/deny-root-user/policy.json`. */
export const readAsset = (path: string): Promise<string> => readText(join(PACKAGE, path));
export const listAssets = (folder: string): Promise<string[]> => readdir(join(PACKAGE, folder));

/** `--state-dir`, or the XDG state directory. */
export const stateDirectory = (given: string | undefined, environment: Record<string, string | undefined>): string =>
  given ?? join(environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'rootzero');
