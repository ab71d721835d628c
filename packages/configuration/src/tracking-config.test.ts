import { expect, test } from 'vitest'

import { loadConfiguration } from './load-configuration.ts'
import { SETTINGS } from './settings.ts'
import { holdsCredentials, shownValue } from './shown-value.ts'
import { TrackingConfig, type TrackingOptions } from './tracking-config.ts'

test('the seed’s fields become settings, and stand above the environment', () => {
  const config = new TrackingConfig({
    enabled: true,
    collectMetrics: false,
    metricInterval: 0.5,
    storageBackend: 'clickhouse',
    storageConfig: { connectionString: 'http://u:p@h:8123/d', path: undefined },
  })
  const { values, sources } = loadConfiguration({
    given: config.given,
    environment: { RUNSPAN_METRICS_INTERVAL: '9', OTEL_SDK_DISABLED: 'true' },
    from: '/',
    home: '/nowhere',
  })
  expect(values).toMatchObject({
    enabled: true,
    collectMetrics: false,
    metricsIntervalSeconds: 0.5,
    clickhouse: 'http://u:p@h:8123/d',
  })
  expect(sources.metricsIntervalSeconds.layer).toBe('code')
  expect(new TrackingConfig().given).toEqual({})
})

test.each([
  [{ metricInterval: 0 }, 'TrackingConfig: metricInterval must be 0.1 to 86400 seconds, not 0.'],
  [
    { storageBackend: 'database' },
    'TrackingConfig: storageBackend must be clickhouse, the only storage of this version, not "database".',
  ],
  [
    { metricinterval: 1 },
    /TrackingConfig: metricinterval is not a key\. Did you mean metricInterval\? Allowed are enabled, storageBackend/,
  ],
  [{ storageConfig: { pool: 1 } }, /storageConfig\.pool is not a key/],
  [null, /must be a map of enabled/],
])('%j is refused', (options, message) => {
  expect(() => new TrackingConfig(options as TrackingOptions)).toThrow(message)
})

test('no password is ever shown', () => {
  expect(shownValue(SETTINGS.clickhouse, 'http://u:secret@h:8123/d?password=secret')).toBe('http://h:8123/d')
  expect(shownValue(SETTINGS.clickhouse, 'u:secret')).toBe('(set)')
  expect(shownValue(SETTINGS.clickhouse, '//u:secret@h')).toBe('(set)')
  expect(shownValue(SETTINGS.metricsIntervalSeconds, 0.5)).toBe('0.5 s')
  expect(shownValue(SETTINGS.metricsInclude, [])).toBe('nothing')
  expect(holdsCredentials('http://u:p@h')).toBe(true)
  expect(holdsCredentials('https://h/path@2')).toBe(false)
})
