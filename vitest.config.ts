import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The tests of the built program need the build; `npm ci` makes one, a changed source needs another.
    globalSetup: ['test/support/build.ts'],
  },
});
