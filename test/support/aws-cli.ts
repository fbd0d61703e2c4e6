/** Whether the AWS CLI is here. Its absence is said, so that a skipped contract is not taken for a passed one. */
import { spawnSync } from 'node:child_process';

export function isAwsCliInstalled(): boolean {
  const version = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  const isInstalled = version.status === 0;
  console.log(isInstalled ? `AWS CLI: ${(version.stdout || version.stderr).trim()}` : 'The AWS CLI is not installed: what it is to show is NOT tested here (.ci/run installs it).');
  return isInstalled;
}
