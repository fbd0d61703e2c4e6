import { defineConfig } from 'vitest/config';

/** The tests against moto, an AWS that others wrote: apart from the suite, since they need Python and PyPI. */
export default defineConfig({
  test: {
    include: ['test/moto/**/*.moto.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/build.ts', 'test/moto/server.mjs'],
  },
});
