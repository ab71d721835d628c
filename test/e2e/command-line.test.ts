import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { type Finished, runspanHere } from '../servers/command-line.ts'

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const LIBRARY = pathToFileURL(fileURLToPath(new URL('../../packages/runspan/dist/index.js', import.meta.url))).href

let dir: string
/** A server that the commands join: starting one each would take most of the time. */
let server: EmbeddedServer
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-cli-'))
  server = await startEmbedded({ dataDir: join(dir, 'data') })
})
afterAll(async () => {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
})

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _n, FORCE_COLOR: _f, NODE_OPTIONS: _o, ...rest } = process.env
  return { ...rest, RUNSPAN_DATA: join(dir, 'data'), ...more }
}

/** Verbs that run programs or start an SDK need a process of their own. */
const OWN_PROCESS = new Set(['demo', 'exec'])

function runspan(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  if (!OWN_PROCESS.has(args[0]!)) return runspanHere(args, environment(env), dir)
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [BIN, ...args],
      { env: environment(env), cwd: dir, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
      },
    )
  })
}

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await runspan([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

interface Run {
  readonly runId: string
  readonly workflow: string
  readonly status: string
  readonly startTime: string
  readonly endTime: string | null
  readonly durationSeconds: number
  readonly traceId: string
  readonly engine: string
  readonly tasks: Record<string, number>
}

describe('the demo', () => {
  test('runs, and says where its report is', async () => {
    const { stdout, stderr } = await runspan(['demo', '--json'])
    const { runs, report } = JSON.parse(stdout) as { runs: string[]; report: string }
    expect(runs).toHaveLength(12)
    // in a file or a pipe too: a first line immediately, and then a line a run
    const lines = stderr.trimEnd().split('\n')
    expect(lines[0]).toBe('Recording runs of a real pipeline: half a minute.')
    expect(lines.slice(1, -1).map((line) => line.split(':')[0])).toEqual(runs.map((_, i) => `run ${i + 1} of 12`))
    expect(report).toContain('report.html')
  })

  test('runs: newest first, with the fields scripts rely on', async () => {
    const runs = await json<Run[]>('runs')
    expect(runs).toHaveLength(12)
    expect(runs.map(({ startTime }) => startTime)).toEqual(
      runs
        .map(({ startTime }) => startTime)
        .toSorted()
        .toReversed(),
    )
    const count = (status: string): number => runs.filter((run) => run.status === status).length
    expect([count('completed'), count('failed'), count('cancelled')]).toEqual([10, 1, 1])
    const failed = runs.find(({ status }) => status === 'failed')!
    expect(failed).toMatchObject({
      workflow: 'flight-delays',
      engine: 'runspan',
      tasks: { total: 13, failed: 1, skipped: 8 },
    })
    expect(failed.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(await json<Run[]>('runs', '--status', 'failed', '--workflow', 'flight-delays')).toEqual([failed])
    expect(await json<Run[]>('runs', '--from', '2030-01-01')).toEqual([])
  })

  test('run and tasks: by the first characters of an id', async () => {
    const [failed] = await json<Run[]>('runs', '--status', 'failed')
    const report = await json<
      Run & {
        criticalPath: { selfSeconds: number; waitSeconds: number }[]
        tailSeconds: number
        taskList: { nodeId: string }[]
        metadata: object
        tags: string[]
      }
    >('run', failed!.runId.slice(0, 13))
    expect(report).toMatchObject({ runId: failed!.runId, metadata: { input: 'flights-cut.json' }, tags: ['demo'] })
    const path = report.criticalPath.reduce(
      (sum, { selfSeconds, waitSeconds }) => sum + selfSeconds + waitSeconds,
      report.tailSeconds,
    )
    expect(path).toBeCloseTo(report.durationSeconds, 3)
    expect(await json('run', `${failed!.runId.slice(0, 13)}…${failed!.runId.slice(-6)}`)).toEqual(report)
    const tasks = await json<Record<string, unknown>[]>('tasks', failed!.runId)
    for (const { startTime, endTime } of tasks as { startTime: string; endTime: string }[]) {
      expect(endTime >= startTime, `${startTime} to ${endTime}`).toBe(true)
    }
    expect(tasks.find(({ nodeId }) => nodeId === 'read-flights')).toMatchObject({
      attempt: 1,
      status: 'failed',
      error: { type: 'SyntaxError', stack: expect.stringContaining('readJson') },
      metrics: { memoryPeakBytes: expect.any(Number), cpuUserSeconds: expect.any(Number) },
    })
    expect(tasks.find(({ nodeId }) => nodeId === 'validate')).toMatchObject({
      status: 'skipped',
      durationSeconds: null,
      reason: 'read-flights failed',
    })
  })

  test('report and dashboard: documents, by the first characters of an id', async () => {
    const failed = (await json<Run[]>('runs', '--status', 'failed'))[0]!.runId
    const { path } = await json<{ path: string }>('report', failed.slice(0, 20), '-o', 'deep/run.html')
    expect(path).toBe('deep/run.html')
    expect(readFileSync(join(dir, path), 'utf8')).toContain('<code>read-flights</code> failed')
    expect(await json('report', failed, '--format', 'csv')).toEqual({ path: `run-${failed.slice(0, 13)}.csv` })
    const markdown = await runspan(['report', failed, '--format', 'markdown', '-o', '-'])
    expect(markdown.stdout).toMatch(/^\*\*✕ Failed after /)
    expect(markdown.stderr).toBe('')
    expect((await runspan(['report', failed, '-o', '/proc/none/run.html'])).code).toBe(1)
    const dashboard = await json<{ path: string; paths: string[] }>('dashboard', 'flight-delays', '-o', 'pages')
    expect(dashboard.path).toBe('pages/dashboard.html')
    expect(readFileSync(join(dir, dashboard.path), 'utf8')).toContain('Tasks by run')
    expect(dashboard.paths).toContain('pages/timeline.png')
  })

  test('stats, nodes and trends', async () => {
    expect(await json('stats', '--workflow', 'flight-delays')).toMatchObject({
      totalRuns: 12,
      completedRuns: 10,
      failedRuns: 1,
      cancelledRuns: 1,
      runningRuns: 0,
      lostRuns: 0,
      successRate: 10 / 12,
    })
    expect(await json('stats', '--workflow', 'flight-delays', '--to', '2020-01-01')).toMatchObject({
      totalRuns: 0,
      successRate: null,
      avgDurationSeconds: null,
      p95DurationSeconds: null,
    })
    const nodes = await json<{ nodeId: string; count: number; shareOfCriticalPath: number; retries: number }[]>(
      'nodes',
      'flight-delays',
    )
    expect(nodes.reduce((sum, { shareOfCriticalPath }) => sum + shareOfCriticalPath, 0)).toBeCloseTo(1, 5)
    expect(nodes.find(({ nodeId }) => nodeId === 'fetch-weather')!.retries).toBeGreaterThan(0)
    const [run] = await json<Run[]>('runs', '--limit', '1')
    const trend = await json<{ unit: string; timestamps: string[]; values: number[] }>(
      'trends',
      run!.runId,
      '--metric',
      'memory',
      '--interval',
      '100ms',
    )
    expect(trend.unit).toBe('bytes')
    expect(trend.values.length).toBe(trend.timestamps.length)
    expect(Math.max(...trend.values)).toBeGreaterThan(50e6)
  })

  test('twice: the history grows', async () => {
    await json('demo')
    expect(await json('stats')).toMatchObject({ totalRuns: 24 })
  })
})

test('for people: no escapes into a pipe, none with NO_COLOR, within the width', async () => {
  for (const verb of [['runs'], ['stats'], ['nodes', 'flight-delays']]) {
    const { stdout } = await runspan(verb, { COLUMNS: '80' })
    expect(stdout).not.toContain('\u001B')
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  }
  const colored = await runspan(['runs'], { FORCE_COLOR: '1' })
  expect(colored.stdout).toContain('\u001B[32m')
  expect((await runspan(['runs'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain('\u001B')
})

test('exec: passes the exit code on, and records a program that knows nothing of Runspan', async () => {
  writeFileSync(join(dir, 'job.mjs'), 'console.log("worked"); process.exit(Number(process.argv[2]))')
  const bad = await runspan(['exec', '--', 'node', 'job.mjs', '7'])
  expect([bad.code, bad.stdout]).toEqual([7, 'worked\n'])
  expect(await json<Run[]>('runs', '--workflow', 'job.mjs')).toMatchObject([{ status: 'failed', error: 'exit code 7' }])
  expect((await runspan(['exec', '--', 'no-such-program'])).code).toBe(127)
})

test('exec: a program with runs of its own is recorded by those', async () => {
  writeFileSync(
    join(dir, 'own.mjs'),
    `import { TaskManager } from '${LIBRARY}'
const manager = new TaskManager()
await manager.withRun('own', { runId: 'own-1' }, (run) => run.withTask('step', () => 1))
process.exit(0)`,
  )
  expect((await runspan(['exec', '--', 'node', 'own.mjs'])).code).toBe(0)
  expect(await json<Run[]>('runs', '--workflow', 'own')).toMatchObject([
    { runId: 'own-1', status: 'completed', tasks: { completed: 1 } },
  ])
  expect(await runspan(['runs', '--workflow', 'own.mjs'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no workflow "own.mjs"'),
  })
})

test('ingest: foreign runs under their own keys, twice without doubling', async () => {
  const file = fixture('engines/bullmq/traces.jsonl')
  const counts = await json<{ spans: number; rejected: number }>('ingest', file)
  expect(counts).toMatchObject({ rejected: 0 })
  expect(counts.spans).toBeGreaterThan(70)
  await json('ingest', file)
  expect(await json('run', 'emails:3')).toMatchObject({
    runId: 'emails:3',
    workflow: 'digest',
    status: 'completed',
    engine: 'bullmq',
    tasks: { total: 1, retries: 2 },
    links: { trace: null, dashboard: null },
  })
  const { stdout } = await runspan(['run', 'emails:3'], {
    RUNSPAN_TRACE_URL: 'http://jaeger:16686/trace/{traceId}',
    RUNSPAN_DASHBOARD_URL: 'http://grafana/d/runspan-run?var-run={runId}',
  })
  expect(stdout).toMatch(/trace +http:\/\/jaeger:16686\/trace\/[0-9a-f]{32}\n/)
  expect(stdout).toContain('http://grafana/d/runspan-run?var-run=emails%3A3\n')
})

describe('wrong use and bad input', () => {
  test.each([
    [['runs', '--bad'], 2, /unknown option/],
    [['runs', '--limit', '0'], 2, /whole number/],
    [['runs', '--status', 'success'], 2, /Allowed choices/],
    [['runs', '--since', 'yesterday-ish'], 2, /Give a time/],
    [['run'], 2, /missing required argument/],
    [['nonsense'], 2, /unknown command/],
    [['run', "x' OR 1=1 --"], 1, /There is no run/],
    [['run', 'a'.repeat(10_000)], 1, /There is no run/],
    [['trends', 'emails:3', '--interval', '0s'], 2, /interval/],
    [['schema', 'show', '--bad'], 2, /unknown option[^]*add --help/],
    [['sql', ' '], 2, /one SELECT/],
    [['run', 'x\u001B[31m'], 1, /There is no run "x\\x1b\[31m"/],
    [['ingest', 'no-such-file.jsonl'], 1, /cannot be read/],
    [['sql', 'drop table workflow_runs'], 1, /ClickHouse/],
    [['sql', "select * from file('/etc/passwd')"], 1, /ClickHouse/],
    [['runs', '--clickhouse', 'nonsense'], 2, /URL/],
    [['runs', '--clickhouse', 'http://127.0.0.1:1'], 1, /cannot be reached/],
  ])('%j exits with %d', async (args, code, message) => {
    const finished = await runspan(args)
    expect(finished.stderr).toMatch(message)
    expect(finished.stderr).not.toMatch(/at .*\.js:\d+/)
    expect(finished.code).toBe(code)
    expect(finished.stdout).toBe('')
  })

  test('a broken request is left out and named, its neighbours are taken', async () => {
    const path = join(dir, 'broken.jsonl')
    const span = (id: string): string =>
      JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: 'a'.repeat(32),
                    spanId: id.repeat(16),
                    name: 'ok',
                    startTimeUnixNano: '1795400000000000001',
                  },
                ],
              },
            ],
          },
        ],
      })
    writeFileSync(
      path,
      [span('1'), '{"resourceSpans":', '{"resourceSpans":[{"scopeSpans":5}]}', '{}', '{"other":1}', span('2')].join(
        '\n',
      ),
    )
    const { code, stdout, stderr } = await runspan(['ingest', path, '--json'])
    expect(JSON.parse(stdout)).toEqual({ spans: 2, metrics: 0, logs: 0, rejected: 3 })
    expect(stderr).toMatch(/request 2: Not an OTLP request: the JSON cannot be parsed/)
    expect(code).toBe(1)
  })
})

test('sql: integers of 64 bits keep all their digits', async () => {
  expect(await json('sql', 'select 9223372036854775807 as big')).toEqual([{ big: '9223372036854775807' }])
})

test('schema: an empty URL counts as absent', async () => {
  const { code, stderr } = await runspan(['schema', 'apply', '--json'], { RUNSPAN_CLICKHOUSE_URL: '' })
  expect(code, stderr).toBe(0)
})

test('a reader that stops reading is not an error', async () => {
  const child = spawn(process.execPath, [BIN, 'schema', 'show'], { env: environment(), cwd: dir })
  child.stdout.destroy()
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  expect([await new Promise((resolve) => child.once('close', resolve)), said]).toEqual([0, ''])
})

test('schema and doctor', async () => {
  expect(await json('schema', 'apply')).toEqual({ applied: [] })
  const shown = await runspan(['schema', 'show'])
  expect(shown.stdout).toContain('CREATE TABLE IF NOT EXISTS otel_traces')
  expect(shown.stdout).not.toContain('{{')
  const checks = await json<{ check: string; ok: boolean; detail: string; fix: string | null }[]>('doctor')
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  expect(checks.map(({ check }) => check)).toContain('ClickHouse')
})

test('up: one line for scripts, one server for everybody, gone after SIGTERM', async () => {
  await server.stop()
  const child = spawn(process.execPath, [BIN, 'up', '--json'], {
    env: environment(),
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
  const up = JSON.parse(line) as { clickhouse: string; user: string; dataDir: string; pid: number }
  expect(up).toMatchObject({ user: 'runspan_reader', dataDir: join(dir, 'data') })
  expect(line).not.toMatch(/password/i)
  const pinged = await fetch(`${up.clickhouse}/ping`)
  expect(await pinged.text()).toBe('Ok.\n')
  // a reader joins it; a program's runs arrive without a reader
  expect(await json('stats', '--workflow', 'flight-delays')).toMatchObject({ totalRuns: 24 })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  await expect(fetch(`${up.clickhouse}/ping`)).rejects.toThrow('fetch failed')
})
