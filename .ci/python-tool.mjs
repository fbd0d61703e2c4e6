// A tool from PyPI in a virtual environment of its own, at a pinned version, kept between runs. Knows no tool.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Installs the tool where it is not there yet. @returns the path of one of its programs
 * @throws Error that says that this is no pass, when it cannot be installed
 */
export function installPythonTool(requirement, program) {
  const folder = resolve('node_modules', '.cache', 'python', requirement.replace(/[^a-z0-9.-]+/gi, '-'));
  const stamp = join(folder, 'installed');
  if (!existsSync(stamp)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' });
      execFileSync(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', requirement], { stdio: 'pipe' });
    } catch (thrown) {
      const reason = String(thrown.stderr ?? thrown.message).trim().split('\n').slice(-3).join(' ');
      throw new Error(`${requirement} could not be installed, so nothing was checked by it; this is no pass. ${reason}`, { cause: thrown });
    }
    writeFileSync(stamp, '');
  }
  return join(folder, 'bin', program);
}
