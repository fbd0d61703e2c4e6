// Bundles the sources: dist/rootzero.js is the entry for any Node.js, dist/main.js is everything else in one file.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
await build({ entryPoints: { rootzero: 'src/entry.js' }, outdir: 'dist', define: { ROOTZERO_VERSION: JSON.stringify(version) } });
const { metafile } = await build({
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
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
console.log(`dist/main.js ${Math.round(Object.values(metafile.outputs)[0].bytes / 1024)} kB`);
