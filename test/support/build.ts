/** Builds the program once before the tests, so that the tests of the built file see the sources of now. */
import { execFileSync } from 'node:child_process';

export default function setup(): void {
  execFileSync(process.execPath, ['.ci/build.mjs'], { stdio: 'ignore' });
}
