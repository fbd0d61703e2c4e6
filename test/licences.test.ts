/** Whose code is in the bundle, and under which licences: what ships may be passed on by anybody, so a copyleft development tool must not slip in. */
import { readFileSync } from 'node:fs';
import { build, type BuildOptions } from 'esbuild';
import { expect, it } from 'vitest';
import * as z from 'zod';

const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
const manifest = z.looseObject({ name: z.string(), license: z.string() });

/** As .ci/build.mjs bundles, but only to see what goes in. */
const OPTIONS: BuildOptions = {
  bundle: true, write: false, metafile: true, splitting: true, outdir: 'dist', format: 'esm', platform: 'node', target: 'node20.19', mainFields: ['module', 'main'], logLevel: 'silent',
};

/** The packages whose code a bundle has, with their licences. */
async function licencesOf(options: BuildOptions): Promise<Map<string, string>> {
  const { metafile } = await build({ ...OPTIONS, ...options });
  const folders = Object.keys(metafile?.inputs ?? {}).map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null);
  const names = [...new Set(folders.filter((folder) => folder !== null))];
  return new Map(names.map((folder) => {
    const { name, license } = manifest.parse(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')));
    return [name, license];
  }));
}

it('only code under permissive licences is in the bundle', async () => {
  const licences = await licencesOf({ entryPoints: ['src/main.ts'] });
  expect(licences.size).toBeGreaterThan(20);
  expect([...licences].filter(([, licence]) => !PERMISSIVE.includes(licence))).toEqual([]);
});

it('a copyleft package would be seen', async () => {
  const licences = await licencesOf({ stdin: { contents: "export { runSimulation } from '@cloud-copilot/iam-simulate';", resolveDir: '.' } });
  expect(licences.get('@cloud-copilot/iam-simulate')).toBe('AGPL-3.0-or-later');
});
