// Bundles the sources: dist/rootzero.js is the entry for any Node.js, dist/main.js the command line, and what a command needs besides is
// loaded from its own chunk, so that --help parses no AWS client.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
await build({ entryPoints: { rootzero: 'src/entry.js' }, outdir: 'dist', define: { ROOTZERO_VERSION: JSON.stringify(version) } });
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
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist ${Math.round(bytes / 1024)} kB, main.js ${Math.round(metafile.outputs['dist/main.js'].bytes / 1024)} kB`);
