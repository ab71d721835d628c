import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* Effects of configuration in a program and on the command line, from the build. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const built = (path: string): string => join(ROOT, 'packages', path)
const LIBRARY = pathToFileURL(built('runspan/dist/index.js')).href
const REGISTER = pathToFileURL(built('instrumentation/dist/register.js')).href

let at: TestServer
let dir: string
beforeEach(async () => {
  at = await startTestServer()
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'runspan-configured-')))
})
afterEach(async () => {
  await at.stop()
  rmSync(dir, { recursive: true, force: true })
})

interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: dir, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

function program(code: string): string {
  const file = join(dir, 'app.mjs')
  writeFileSync(
    file,
    `import { RunAnalyzer, TaskManager, TrackingConfig } from '${LIBRARY}'
import { setTimeout as sleep } from 'node:timers/promises'
${code}`,
  )
  return file
}

function configure(yaml: string): void {
  writeFileSync(join(dir, 'runspan.config.yaml'), yaml)
}

const TRACKED = `const manager = new TaskManager()
console.log(await manager.withRun('configured', { runId: 'r1' }, (run) => run.withTask('step', () => sleep(450, 'ran'))))
await manager.close()`

async function metricNames(): Promise<string[]> {
  await at.deliver()
  const rows = await at.clickhouse.query<{ name: string }>(
    'SELECT DISTINCT MetricName AS name FROM (SELECT MetricName FROM otel_metrics_gauge UNION ALL SELECT MetricName FROM otel_metrics_sum) ORDER BY name',
  )
  return rows.map(({ name }) => name)
}

test('a file says where the data goes, what is sampled and how often', async () => {
  configure(`tracking:\n  storage: { path: ${at.dataDir} }\n  metrics: { interval: 0.1, include: [memory] }\n`)
  expect(await node([program(TRACKED)])).toMatchObject({ code: 0, stdout: 'ran\n', stderr: '' })
  expect(await metricNames()).toEqual(['process.memory.usage'])
  const [row] = await at.clickhouse.query<{ samples: number; sent: number }>(
    `SELECT (SELECT toFloat64(count()) FROM otel_metrics_gauge) + (SELECT toFloat64(count()) FROM otel_metrics_sum) AS samples,
      (SELECT toFloat64(count()) FROM otel_traces WHERE mapContains(SpanAttributes, 'process.network.io.transmit')) AS sent`,
  )
  expect(row!.samples).toBeGreaterThan(2)
  // the network is not counted, so there is no value
  expect(row!.sent).toBe(0)
})

test('metrics that are off measure neither process nor tasks', async () => {
  configure('tracking: { metrics: { enabled: false } }')
  await node([program(TRACKED)], { RUNSPAN_DATA: at.dataDir })
  expect(await metricNames()).toEqual([])
  const [row] = await at.clickhouse.query(
    `SELECT toFloat64(count()) AS tasks, toFloat64(countIf(mapContains(SpanAttributes, 'process.memory.peak'))) AS measured FROM otel_traces WHERE SpanName = 'step'`,
  )
  expect(row).toEqual({ tasks: 1, measured: 0 })
})

test('tracking that is off records nothing, runs everything, and reads what there is', async () => {
  await node([program(TRACKED)], { RUNSPAN_DATA: at.dataDir })
  const file = program(`const manager = new TaskManager({ config: new TrackingConfig({ enabled: false }) })
console.log(await manager.withRun('off', (run) => run.withTask('step', () => manager.withTask('inner', () => 'ran'))))
console.log((await new RunAnalyzer(manager).getRunStats()).totalRuns)
await manager.close()`)
  expect(await node([file], { RUNSPAN_DATA: at.dataDir })).toMatchObject({ code: 0, stdout: 'ran\n1\n', stderr: '' })
  await at.deliver()
  const [row] = await at.clickhouse.query('SELECT toFloat64(count()) AS spans FROM otel_traces')
  expect(row).toEqual({ spans: 2 })
  const switchedOff = { RUNSPAN_DATA: join(dir, 'never'), RUNSPAN_TRACKING_ENABLED: 'false' }
  expect(await node(['--import', REGISTER, program('console.log(1)')], switchedOff)).toMatchObject({
    stdout: '1\n',
    stderr: '',
  })
  expect(readdirSync(dir)).not.toContain('never')
})

test('a broken file: logged once and untracked, thrown to readers, wrong use on the command line, a check in doctor', async () => {
  configure('tracking:\n  metrics:\n    intervall: 2\n')
  const message = `${dir}/runspan.config.yaml:3:5: tracking.metrics.intervall is not a key. Did you mean interval? Allowed are enabled, interval, include, per_task_cpu.`
  const plain = program('console.log("works")')
  expect(await node(['--import', REGISTER, plain])).toEqual({
    code: 0,
    stdout: 'works\n',
    stderr: `runspan: tracking is off: ${message} \`runspan doctor\` has details.\n`,
  })
  const reading = program(`const manager = new TaskManager()
console.log(await manager.withRun('untracked', {}, () => 'works'))
await manager.ask(() => 1).catch((error) => console.log(error.code, error.message))
await manager.close()`)
  expect(await node([reading])).toEqual({
    code: 0,
    stdout: `works\nINVALID_CONFIGURATION ${message}\n`,
    stderr: `runspan: tracking is off: ${message} \`runspan doctor\` has details.\n`,
  })
  const bin = built('runspan/bin/runspan.js')
  expect(await node([bin, 'runs'])).toEqual({ code: 2, stdout: '', stderr: `runspan: ${message}\n` })
  const doctor = await node([bin, 'doctor', '--json'])
  expect(doctor.code).toBe(1)
  expect(JSON.parse(doctor.stdout)).toContainEqual(
    expect.objectContaining({ check: 'configuration', ok: false, detail: message }),
  )
})

test('doctor: every setting with its value and source, no password', async () => {
  const url = new URL(at.server.url)
  url.username = at.server.user
  url.password = at.server.password
  url.pathname = at.server.database
  configure(`tracking:\n  metrics:\n    interval: 2\n  retention:\n    days: 30\n`)
  const environment = { RUNSPAN_CLICKHOUSE_URL: url.href, RUNSPAN_TRACKING_RETENTION_DAYS: '7', COLUMNS: '60' }
  const bin = built('runspan/bin/runspan.js')
  const { stdout, code } = await node([bin, 'doctor', '--json', '--data', 'mine'], environment)
  expect(code).toBe(0)
  expect(stdout).not.toContain(at.server.password)
  const checks = JSON.parse(stdout) as { ok: boolean; setting?: { key: string; value: string; source: string } }[]
  const settings = checks.flatMap(({ setting }) => setting ?? [])
  expect(settings).toEqual(
    expect.arrayContaining([
      { key: 'tracking.metrics.interval', value: '2 s', source: `${dir}/runspan.config.yaml:3:15` },
      { key: 'tracking.retention.days', value: '7 days', source: 'RUNSPAN_TRACKING_RETENTION_DAYS' },
      { key: 'tracking.clickhouse', value: `http://${url.host}/runspan`, source: 'RUNSPAN_CLICKHOUSE_URL' },
      { key: 'tracking.storage.path', value: join(dir, 'mine'), source: 'command line' },
      { key: 'tracking.enabled', value: 'true', source: 'default' },
    ]),
  )
  const shown = await node([bin, 'doctor', '--data', 'mine'], environment)
  expect(shown.stdout).toContain('metrics.interval      2 s (runspan.config.yaml:3:15)')
  expect(shown.stdout).not.toContain(at.server.password)
  for (const line of shown.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60)
})

/** Prints how often the configuration file was read, at the end of the process. */
const COUNTING = `import fs, { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { readFileSync } = fs
let reads = 0
fs.readFileSync = (path, ...rest) => {
  if (String(path).endsWith('runspan.config.yaml')) reads++
  return readFileSync(path, ...rest)
}
syncBuiltinESMExports()
process.on('exit', () => writeSync(2, 'reads: ' + reads + '\\n'))`

test.each([
  ['runs', ['runs', '--json']],
  ['doctor', ['doctor', '--json']],
  ['alerts evaluate', ['alerts', 'evaluate', '--json']],
  ['cleanup', ['cleanup', '--dry-run', '--json']],
  ['a program that records and reads', null],
])('the configuration file is read once: %s', async (_, args) => {
  configure(`tracking:\n  storage: { path: ${at.dataDir} }\n  retention: { days: 3000 }\n`)
  const command = args ?? [
    program(`const manager = new TaskManager()
await manager.withRun('configured', (run) => run.withTask('step', () => 1))
await manager.listRuns()
await manager.close()`),
  ]
  const counting = `data:text/javascript,${encodeURIComponent(COUNTING)}`
  const { stderr } = await node([
    '--import',
    counting,
    ...(args === null ? [] : [built('runspan/bin/runspan.js')]),
    ...command,
  ])
  expect(stderr).toContain('reads: 1\n')
})
