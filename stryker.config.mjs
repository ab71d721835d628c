/*
 * Single-token changes in formulas, comparisons and conditions, which unit tests must detect by themselves. Texts are not
 * changed: tests that read them check those. `npm run mutate -- --mutate packages/analytics/src/statistics/pettitt.ts` tests
 * one file.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.unit.config.mjs', related: true },
  mutate: [
    'packages/analytics/src/{statistics,replay,parameters}/**/*.ts',
    'packages/analytics/src/documents/csv.ts',
    'packages/analytics/src/clickhouse-time.ts',
    'packages/model/src/{nearest-word,options,status,visible}.ts',
    'packages/notify/src/alerts/{interpolate,lengths,parse-alerts,transitions}.ts',
    'packages/notify/src/webhooks/{address-guard,circuit-breaker,outcome}.ts',
    '!**/*.{test,fixture}.ts',
  ],
  mutator: { excludedMutations: ['StringLiteral', 'ObjectLiteral', 'Regex'] },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 5000,
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['/api', '/deploy', '/docs', '/test/{e2e,deploy,servers,bench,fuzz,soak,fixtures}', '**/dist'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: '.stryker-tmp/mutations.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
}
