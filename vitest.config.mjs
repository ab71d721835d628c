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
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
