import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

const packages = fileURLToPath(new URL('./packages', import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@runspan\/([a-z]+)$/, replacement: `${packages}/$1/src/index.ts` },
      { find: /^runspan$/, replacement: `${packages}/runspan/src/index.ts` },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // checks every answer against the columns of its query
    env: { RUNSPAN_CHECK_ROWS: '1' },
    // long enough for a machine with ten times the load
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    globalSetup: ['test/servers/servers-of-workers.ts'],
  },
})
