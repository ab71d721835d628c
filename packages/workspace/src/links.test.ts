import { expect, test } from 'vitest'

import { linksOf } from './links.ts'

const run = {
  runId: 'a&b=c/d',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  workflow: 'nightly orders',
  startTime: '2026-11-20T00:00:00.000Z',
  durationSeconds: 90.5,
}

test('a run’s addresses, its values escaped; a minute before and after', () => {
  expect(
    linksOf(run, {
      traceUrl: 'http://jaeger:16686/trace/{traceId}',
      dashboardUrl: 'https://grafana/d/runspan-run?var-run={runId}&w={workflow}&from={from}&to={to}',
    }),
  ).toEqual({
    trace: 'http://jaeger:16686/trace/0af7651916cd43dd8448eb211c80319c',
    dashboard:
      'https://grafana/d/runspan-run?var-run=a%26b%3Dc%2Fd&w=nightly%20orders&from=1795132740000&to=1795132950500',
  })
})

test('none configured', () => {
  expect(linksOf(run, { traceUrl: null, dashboardUrl: null })).toEqual({ trace: null, dashboard: null })
})
