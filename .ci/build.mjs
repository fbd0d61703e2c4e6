// Bundles the sources into dist: rootzero.js is the entry for any Node.js, main.js is what every command needs, and each dynamic import has
// a file of its own. Node.js compiles all of a file before it runs any of it: as one file, the AWS clients tripled the time to start.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'part-[hash]',
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  // Bundled CommonJS packages ask for built-in modules by require.
  banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
  logLevel: 'warning',
});
// The help text is the program's own, taken down once, so that the entry can show it without loading anything.
const help = execFileSync(process.execPath, ['--input-type=module', '-e', "await (await import('./dist/main.js')).main(['--help'])"], { encoding: 'utf8' });
await build({
  entryPoints: { rootzero: 'src/entry.js' },
  outdir: 'dist',
  define: { ROOTZERO_VERSION: JSON.stringify(version), ROOTZERO_HELP: JSON.stringify(help.trimEnd()) },
});
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist ${Math.round(bytes / 1024)} kB, main.js ${Math.round(metafile.outputs['dist/main.js'].bytes / 1024)} kB`);
