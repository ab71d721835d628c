import { defineConfig } from 'vitest/config'

import config from './vitest.config.mjs'

/** Tests for `npm run mutate`: unit tests of calculations, without a server, a child process or a clock. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    globalSetup: [],
    include: ['packages/{analytics,model,notify}/src/**/*.test.ts'],
    exclude: ['**/*-large.test.ts', '**/webhooks/processes.test.ts', '**/webhooks/webhook-handler.test.ts'],
  },
})
