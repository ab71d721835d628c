import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { ConfigurationError } from './errors.ts'
import { type Configuration, loadConfiguration } from './load-configuration.ts'

let dir: string
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'runspan-configuration-')))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function load(environment: NodeJS.ProcessEnv = {}, given: Parameters<typeof loadConfiguration>[0] = {}): Configuration {
  return loadConfiguration({ environment, from: dir, home: join(dir, 'home'), ...given })
}

function write(text: string, name = 'runspan.config.yaml'): string {
  const path = join(dir, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** Returns the message for a broken file, without the variable path. */
function complaint(text: string): string {
  const path = write(text)
  try {
    load()
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.code !== 'INVALID_CONFIGURATION') throw error
    return error.message.replaceAll(path, 'FILE')
  }
  return 'nothing to complain of'
}

test('with nothing said the defaults hold, and say so', () => {
  const { values, sources, file, alerts, targets } = load()
  expect(values).toEqual({
    enabled: true,
    backend: 'clickhouse',
    clickhouse: null,
    partial: false,
    dataDir: join(dir, '.runspan'),
    storageFormat: 'json',
    storageCompress: false,
    collectMetrics: true,
    metricsIntervalSeconds: 1,
    otlpAllowedOrigins: [],
    metricsInclude: ['cpu', 'memory', 'disk_io', 'network_io'],
    perTaskCpu: false,
    retentionDays: null,
    retentionMaxRuns: null,
    traceUrl: null,
    dashboardUrl: null,
  })
  expect(Object.values(sources).every(({ layer }) => layer === 'default')).toBe(true)
  expect([file, alerts, targets]).toEqual([null, [], {}])
})

test('code over environment over file over default', () => {
  const path = write('tracking:\n  metrics:\n    interval: 2\n    enabled: false\n  retention:\n    days: 7\n')
  const { values, sources } = load(
    { RUNSPAN_METRICS_INTERVAL: '3', RUNSPAN_TRACKING_RETENTION_DAYS: '30' },
    { given: { metricsIntervalSeconds: 4, clickhouse: undefined } },
  )
  expect(values).toMatchObject({ metricsIntervalSeconds: 4, retentionDays: 30, collectMetrics: false })
  expect(sources).toMatchObject({
    metricsIntervalSeconds: { layer: 'code', name: 'code' },
    retentionDays: { layer: 'environment', name: 'RUNSPAN_TRACKING_RETENTION_DAYS' },
    collectMetrics: { layer: 'file', name: `${path}:4:14` },
    backend: { layer: 'default', name: 'default' },
  })
})

test.each([
  [{ RUNSPAN_TRACKING_ENABLED: 'No' }, { enabled: false }],
  [{ OTEL_SDK_DISABLED: 'TRUE', RUNSPAN_TRACKING_ENABLED: 'true' }, { enabled: false }],
  [{ RUNSPAN_COLLECT_METRICS: '0' }, { collectMetrics: false }],
  [{ RUNSPAN_CPU_ATTRIBUTION: 'on' }, { perTaskCpu: true }],
  [{ RUNSPAN_METRICS_INTERVAL: '' }, { metricsIntervalSeconds: 1 }],
  [{ RUNSPAN_TRACKING_DB: 'http://a', RUNSPAN_CLICKHOUSE_URL: 'http://b' }, { clickhouse: 'http://b' }],
  [{ RUNSPAN_TRACKING_DB: 'http://a', RUNSPAN_CLICKHOUSE_URL: '' }, { clickhouse: 'http://a' }],
  [{ RUNSPAN_TRACKING_PATH: '/a', RUNSPAN_DATA: '/b' }, { dataDir: '/b' }],
  [{ RUNSPAN_TRACKING_PATH: '/a' }, { dataDir: '/a' }],
])('environment %j', (environment, expected) => {
  expect(load(environment).values).toMatchObject(expected)
})

test.each([
  [{ RUNSPAN_METRICS_INTERVAL: 'soon' }, 'RUNSPAN_METRICS_INTERVAL must be 0.1 to 86400 seconds, not "soon".'],
  [{ RUNSPAN_METRICS_INTERVAL: '0' }, 'RUNSPAN_METRICS_INTERVAL must be 0.1 to 86400 seconds, not 0.'],
  [{ RUNSPAN_COLLECT_METRICS: 'perhaps' }, 'RUNSPAN_COLLECT_METRICS must be true or false, not "perhaps".'],
  [
    { RUNSPAN_TRACKING_BACKEND: 'redis' },
    'RUNSPAN_TRACKING_BACKEND must be clickhouse, the only storage of this version, not "redis".',
  ],
  [
    { RUNSPAN_TRACKING_RETENTION_DAYS: '1.5' },
    'RUNSPAN_TRACKING_RETENTION_DAYS must be a whole number of days from 1 to 36500, not 1.5.',
  ],
])('a wrong variable: %j', (environment, message) => {
  expect(() => load(environment)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION', message }))
})

test('the nearest file upwards, else the personal one, else none; RUNSPAN_CONFIG names another', () => {
  const personal = write('tracking: { metrics: { interval: 5 } }', 'home/.runspan/tracking.yaml')
  expect(load().file).toBe(personal)
  const above = write('tracking: { metrics: { interval: 6 } }')
  mkdirSync(join(dir, 'a/b'), { recursive: true })
  const below = load({}, { from: join(dir, 'a/b') })
  expect([below.file, below.values.metricsIntervalSeconds]).toEqual([above, 6])
  const named = write('tracking: { metrics: { interval: 7 } }', 'named.yaml')
  expect(load({ RUNSPAN_CONFIG: 'named.yaml' })).toMatchObject({ file: named, values: { metricsIntervalSeconds: 7 } })
  expect(() => load({ RUNSPAN_CONFIG: 'none.yaml' })).toThrow(/none\.yaml cannot be read: .* RUNSPAN_CONFIG/)
})

test('paths in a file begin at the file, ~ is the home directory', () => {
  write('tracking: { storage: { path: data } }')
  mkdirSync(join(dir, 'a'))
  expect(load({}, { from: join(dir, 'a') }).values.dataDir).toBe(join(dir, 'data'))
  write('tracking: { storage: { path: ~/data } }')
  expect(load().values.dataDir).toBe(join(dir, 'home/data'))
})

test('a personal file of settings does not move the data home', () => {
  write('tracking: {}', 'home/.runspan/tracking.yaml')
  write('{}', 'home/project/package.json')
  const from = join(dir, 'home/project')
  expect(load({}, { from }).values.dataDir).toBe(join(from, '.runspan'))
  mkdirSync(join(dir, 'home/.runspan/spool'))
  expect(load({}, { from }).values.dataDir).toBe(join(dir, 'home/.runspan'))
})

test('keys in camel case are the same keys; empty sections are none; aliases are followed', () => {
  write(`
tracking:
  metrics: { perTaskCpu: &yes true, enabled: *yes }
  storage:
  retention:
    maxRuns: 3
    days:
alerts:
targets:
`)
  expect(load().values).toMatchObject({
    perTaskCpu: true,
    collectMetrics: true,
    retentionMaxRuns: 3,
    retentionDays: null,
  })
})

test('alerts and targets are handed on as they stand, with their places', () => {
  const path = write('alerts:\n  - when: failed\n    maxRuns: 3\ntargets:\n  chat: { url: x }\n')
  const { alerts, targets, locate } = load()
  expect(alerts).toEqual([{ when: 'failed', maxRuns: 3 }])
  expect(targets).toEqual({ chat: { url: 'x' } })
  expect(locate(['alerts', 0, 'maxRuns'])).toBe(`${path}:3:14`)
  expect(locate(['targets', 'chat', 'nothing'])).toBe(`${path}:5:9`)
})

test.each([
  [
    'tracking:\n  metrics:\n    interval: "1.0"',
    'FILE:3:15: tracking.metrics.interval must be 0.1 to 86400 seconds, not "1.0".',
  ],
  [
    'tracking:\n  metrics:\n    intervall: 1',
    'FILE:3:5: tracking.metrics.intervall is not a key. Did you mean interval? Allowed are enabled, interval, include, per_task_cpu.',
  ],
  [
    'tracking:\n  metrics:\n    include: [cpu, disc_io]',
    'FILE:3:20: tracking.metrics.include must be a list of cpu, memory, disk_io, network_io, not "disc_io".',
  ],
  [
    'tracking:\n  metrics: true',
    'FILE:2:12: tracking.metrics must be a map of enabled, interval, include, per_task_cpu.',
  ],
  [
    'tracking:\n  backend: filesystem',
    'FILE:2:12: tracking.backend must be clickhouse, the only storage of this version, not "filesystem".',
  ],
  [
    'tracking:\n  clickhouse: [http://u:secret@h]',
    'FILE:2:15: tracking.clickhouse must be a URL such as http://user:password@host:8123/database.',
  ],
  [
    'tracking:\n  retention: { maxRuns: 1, max_runs: 2 }',
    'FILE:2:16: tracking.retention.maxRuns is there twice, as max_runs too.',
  ],
  [
    'tracking:\n  links: { trace: "javascript:{traceId}" }',
    'FILE:2:19: tracking.links.trace must be an http or https URL, in which {traceId}, {runId}, {workflow}, {from}, {to} stand for values of a run, not "javascript:{traceId}".',
  ],
  ['traking: {}', 'FILE:1:1: traking is not a key. Did you mean tracking? Allowed are tracking, alerts, targets.'],
  ['alerts: {}\ntargets: []', 'FILE:1:1: alerts must be a list.\nFILE:2:1: targets must be a map.'],
  ['- a', 'FILE:1:1: the file must be a map of tracking, alerts, targets.'],
  ['tracking:\n  enabled: yes', 'FILE:2:12: tracking.enabled must be true or false, not "yes".'],
  ['tracking:\n\tenabled: true', expect.stringMatching(/^FILE:2:1: Tabs are not allowed as indentation/)],
  ['tracking:\n  enabled: true\n  enabled: false', 'FILE:3:3: Map keys must be unique'],
])('a broken file: %j', (text, message) => {
  expect(complaint(text)).toEqual(message)
})

test('aliases that multiply without end, and files too long, are refused in a moment', () => {
  const rows = Array.from(
    { length: 12 },
    (_, i) =>
      `a${i}: &a${i} [${Array(12)
        .fill(i === 0 ? '1' : `*a${i - 1}`)
        .join(',')}]`,
  )
  expect(complaint(`${rows.join('\n')}\n`)).toMatch(/alias/i)
  expect(complaint(`# ${'x'.repeat(1_000_001)}`)).toMatch(/longer than/)
})

test('an empty file says nothing', () => {
  write('# tracking:\n')
  expect(load().values.enabled).toBe(true)
})
