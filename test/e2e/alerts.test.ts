import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { longerThanUsual, taskRegressions } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import {
  AlertEvaluator,
  startNotifying,
  type AlertRule,
  type AlertTargets,
  type Condition,
  type Evaluation,
} from '@runspan/notify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { DAY, hex, type RunModel, storeRuns, type TaskModel } from './records.ts'

/* Alerts over the real tables: findings, false alarms, single notices, and recoveries. */

let at: TestServer
let dataDir: string
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'runspan-alerts-'))
  const tables = await at.clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'runspan_schema'`,
  )
  for (const { name } of tables) await at.clickhouse.command(`TRUNCATE TABLE ${name} SYNC`)
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const HOUR = 3600
let seed = 1

/** Returns a run that started `agoSeconds` ago and took `seconds`; without an end it is running, or lost after 90 s. */
function run(id: string, agoSeconds: number, seconds: number | null, more: Partial<RunModel> = {}): RunModel {
  const start = Math.round(Date.now() - DAY - agoSeconds * 1000)
  return {
    id,
    workflow: 'orders',
    start,
    end: seconds === null ? null : Math.round(seconds * 1000),
    status: 'completed',
    tasks: [],
    ...more,
  }
}

function store(...runs: RunModel[]): Promise<void> {
  return storeRuns(at, runs, seed++)
}

function evaluator(rules: readonly AlertRule[], targets: AlertTargets = {}, lookbackSeconds?: number): AlertEvaluator {
  const ask = <T>(question: (clickhouse: TestServer['clickhouse']) => Promise<T>): Promise<T> => question(at.clickhouse)
  return new AlertEvaluator({ ask, rules, targets: { log: { type: 'log' }, ...targets }, dataDir, lookbackSeconds })
}

const quiet: AlertTargets = { quiet: { type: 'command', command: ['true'] } }

/** Evaluates one condition each time it is called. */
function watching(condition: Condition, more: Partial<AlertRule> = {}): (now?: Date) => Promise<Evaluation> {
  return (now) => evaluator([{ name: 'rule', condition, targets: ['quiet'], ...more }], quiet).evaluate(now)
}

const messages = (notices: Evaluation['fired']): string[] => notices.map(({ message }) => message)

describe('failedRun', () => {
  test('each failed run once; recovered when a later run completes', async () => {
    const look = watching({ type: 'failedRun' })
    expect(await look()).toEqual({ firing: [], fired: [], recovered: [], sent: [], problems: [] })
    await store(
      run('good', 600, 5),
      run('bad', 500, 242, { status: 'failed' }),
      run('stopped', 500, 1, { status: 'cancelled' }),
      run('long-ago', 40 * HOUR, 5, { status: 'failed' }),
      run('elsewhere', 300, 4, { status: 'failed', workflow: 'billing' }),
    )
    const first = await look()
    expect(messages(first.fired).toSorted()).toEqual(['billing failed after 4.0 s', 'orders failed after 4 min 2 s'])
    expect(first.fired.find(({ workflow }) => workflow === 'orders')).toMatchObject({
      type: 'alert.fired',
      runId: 'bad',
      severity: 'warning',
      condition: 'failedRun',
    })
    expect(first.sent.map(({ ok, detail }) => [ok, detail])).toEqual([
      [true, 'exit code 0'],
      [true, 'exit code 0'],
    ])
    const second = await look()
    expect(second.fired).toEqual([])
    expect(second.firing).toHaveLength(2)

    await store(run('good-again', 60, 5))
    const third = await look()
    expect(third.fired).toEqual([])
    expect(messages(third.recovered)).toEqual(['orders completed again'])
    expect(third.firing.map(({ workflow }) => workflow)).toEqual(['billing'])
    expect((await look()).recovered).toEqual([])
  })

  test('only of the workflow of the rule, also when the record comes late', async () => {
    const look = watching({ type: 'failedRun' }, { workflow: 'orders' })
    await store(run('elsewhere', 300, 4, { status: 'failed', workflow: 'billing' }))
    expect((await look()).fired).toEqual([])
    await store(run('late', 1200, 60, { status: 'failed' })) // ended 19 minutes before the evaluation above
    expect((await look()).fired.map(({ runId }) => runId)).toEqual(['late'])
  })

  test('a cold start does not flood: it looks back so far, and beyond 20 notices says how many more', async () => {
    await store(...Array.from({ length: 30 }, (_, i) => run(`f-${i}`, 60 + i, 1, { status: 'failed' })))
    const many = await watching({ type: 'failedRun' })()
    expect(many.fired).toHaveLength(21)
    expect(many.fired.at(-1)!.message).toContain('10 more findings of "rule"')
    expect(many.firing).toHaveLength(30)
    const short = evaluator([{ name: 'other', condition: { type: 'failedRun' }, targets: ['log'] }], {}, 10)
    expect((await short.evaluate()).fired).toEqual([])
    // earlier runs are not found by later evaluations either
    expect((await short.evaluate()).fired).toEqual([])
  })

  test('a changed rule starts with empty state: earlier findings do not recover under its name', async () => {
    await store(run('bad', 100, 1, { status: 'failed' }))
    expect((await watching({ type: 'failedRun' })()).fired).toHaveLength(1)
    const changed = await watching({ type: 'lostRun' })()
    expect([changed.fired, changed.recovered, changed.firing]).toEqual([[], [], []])
  })

  test('a cooldown keeps a workflow quiet for a while', async () => {
    const look = watching({ type: 'failedRun' }, { cooldownSeconds: 600 })
    await store(
      run('one', 100, 1, { status: 'failed' }),
      run('other', 100, 1, { status: 'failed', workflow: 'billing' }),
    )
    expect((await look()).fired).toHaveLength(2)
    await store(run('two', 50, 1, { status: 'failed' }))
    expect((await look()).fired).toEqual([])
    await store(run('three', 20, 1, { status: 'failed' }))
    expect((await look(new Date(Date.now() + 700_000))).fired.map(({ runId }) => runId)).toEqual(['three'])
  })
})

test('failureRate: over a window, from a number of runs on; recovered when it falls', async () => {
  const look = watching({ type: 'failureRate', above: 0.25, windowSeconds: 2 * HOUR, minimumRuns: 8 })
  const some = (prefix: string, count: number, status: RunModel['status'], ago = 600): RunModel[] =>
    Array.from({ length: count }, (_, i) => run(`${prefix}-${i}`, ago + i, 1, { status }))
  await store(...some('a', 2, 'failed'), ...some('b', 5, 'completed'), ...some('old', 20, 'completed', 3 * HOUR))
  expect((await look()).fired).toEqual([]) // 2 of 7, too few
  await store(...some('c', 1, 'completed'), ...some('d', 3, 'cancelled'))
  expect((await look()).fired).toEqual([]) // 2 of 8 is not above a quarter
  await store(...some('e', 1, 'failed'))
  const { fired } = await look()
  expect(messages(fired)).toEqual(['orders failed in 3 of 9 runs within 2 h'])
  expect(fired[0]).toMatchObject({ value: 3 / 9, limit: 0.25 })
  expect((await look()).fired).toEqual([])
  await store(...some('g', 6, 'completed'))
  expect(messages((await look()).recovered)).toEqual(['orders does not fail too often any more'])
  await store(...some('h', 6, 'failed'))
  expect((await look()).fired).toHaveLength(1) // again
})

test('duration: what took too long, and what runs past the limit; that recovers when it ends', async () => {
  const look = watching({ type: 'duration', limitSeconds: 20 })
  await store(run('short', 300, 19), run('long', 300, 25), run('runs', 40, null), run('begins', 5, null))
  const first = await look()
  expect(messages(first.fired).toSorted()).toEqual([
    expect.stringMatching(/^orders is running for 4\d\.\d s, more than the 20\.0 s it may$/),
    'orders took 25.0 s, more than the 20.0 s it may',
  ])
  expect(first.firing.map(({ runId }) => runId)).toEqual(['runs'])
  await store({ ...run('runs', 40, 41) })
  const second = await look()
  expect(second.fired).toEqual([])
  expect(second.recovered.map(({ runId, words }) => [runId, words])).toEqual([['runs', 'has ended']])
  expect((await look()).firing).toEqual([])
})

describe('longerThanUsual', () => {
  /** Returns runs of the previous weeks that took about 10 s. */
  const history = (count: number, workflow = 'orders'): RunModel[] =>
    Array.from({ length: count }, (_, i) =>
      run(`${workflow}-${i}`, (i + 2) * 20 * HOUR, 10 + (i % 7) * 0.2, { workflow }),
    )

  test('needs 20 runs, and finds what took far longer, and what runs far longer, once', async () => {
    const look = watching({ type: 'longerThanUsual' })
    await store(
      ...history(20),
      ...history(19, 'young'),
      run('a bit', 600, 11.5),
      run('far', 600, 30),
      run('runs', 60, null),
      run('failed', 600, 50, { status: 'failed' }),
      run('young-far', 600, 300, { workflow: 'young' }),
    )
    const first = await look()
    expect(messages(first.fired).toSorted()).toEqual([
      expect.stringMatching(
        /^orders is running for (1 min|6\d).*; usual is 10\.\d s \(median\), 19 of 20 stayed under 30\.0 s$/,
      ), // the previous run took that
      'orders took 30.0 s; usual is 10.6 s (median), 19 of 20 stayed under 11.2 s',
    ])
    await store(run('runs', 60, 61))
    const second = await look()
    expect([second.fired, second.recovered, second.firing]).toEqual([[], [], []])
  })

  test('equals the definition, computed independently', async () => {
    const runs = Array.from({ length: 60 }, (_, i) =>
      run(`h-${i}`, 30 * HOUR + i * 8 * HOUR, 20 * Math.exp(Math.sin(i * 7.3) * 0.4)),
    )
    const candidates = [30, 45, 60, 90].map((seconds, i) => run(`c-${seconds}`, 3000 + i, seconds))
    await store(...runs, ...candidates)
    const from = new Date(Date.now() - 24 * HOUR * 1000)
    const found = await longerThanUsual(at.clickhouse, { from, to: new Date() })
    const logs = runs.map(({ end }) => Math.log(end! / 1000)).toSorted((a, b) => a - b)
    const median = (sorted: number[]): number => sorted[Math.floor(sorted.length / 2)]!
    const middle = median(logs)
    const spread = Math.max(0.05, 1.4826 * median(logs.map((x) => Math.abs(x - middle)).toSorted((a, b) => a - b)))
    const expected = candidates
      .map(({ id, end }) => ({
        runId: id,
        score: (Math.log(end! / 1000) - middle) / spread,
        log: Math.log(end! / 1000),
      }))
      .filter(({ score, log }) => score > 3.5 && log >= logs.at(-1)!)
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.length).toBeLessThan(4)
    const scores = new Map(found.map(({ runId, score }) => [runId, score]))
    expect([...scores.keys()].toSorted()).toEqual(expected.map(({ runId }) => runId))
    for (const { runId, score } of expected) expect(scores.get(runId)).toBeCloseTo(score, 6)
    expect(found[0]).toMatchObject({ usualRuns: 20 })
  })
})

test('memoryPeak: once a run', async () => {
  const look = watching({ type: 'memoryPeak', aboveBytes: 1.5e9 })
  const task = (runId: string, node: string, bytes: number): void => {
    const nano = `${Date.now() - 60_000}000000`
    const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
    const attributes = [
      text('workflow.name', 'orders'),
      text('workflow.run.id', runId),
      text('workflow.task.id', node),
      text('workflow.task.status', 'completed'),
      { key: 'process.memory.peak', value: { intValue: String(bytes) } },
    ]
    const span = {
      traceId: hex(runId, 32),
      spanId: hex(runId + node, 16),
      name: node,
      startTimeUnixNano: nano,
      endTimeUnixNano: nano,
      attributes,
    }
    ingestRequest(
      { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 'runspan' }, spans: [span] }] }] },
      at.spool,
    )
  }
  task('big', 'join', 2.1e9)
  task('big', 'load', 1.8e9)
  task('small', 'join', 1.2e9)
  await at.deliver()
  expect(messages((await look()).fired)).toEqual(['join of orders ran with 2.1 GB of memory, more than 1.5 GB'])
  expect((await look()).fired).toEqual([])
})

test('noRun: nothing started within the period and its grace; recovered when one starts', async () => {
  const look = watching({ type: 'noRun', everySeconds: HOUR, graceSeconds: 600 }, { workflow: 'orders' })
  await store(run('elsewhere', 10, 1, { workflow: 'billing' }))
  expect(messages((await look()).fired)).toEqual(['orders has never started'])
  await store(run('in time', HOUR + 500, 1, { status: 'failed' }))
  expect(messages((await look()).recovered)).toEqual(['orders has started again'])
  const later = new Date(Date.now() + 200_000)
  expect(messages((await look(later)).fired)).toEqual([
    'orders has not started for 1 h 12 min; a run is expected every 1 h',
  ])
  expect((await look(later)).fired).toEqual([])
  await store(run('runs', 1, null))
  expect((await look(later)).recovered).toHaveLength(1)
})

test('lostRun: silent for 90 s; recovered when it ends after all', async () => {
  const look = watching({ type: 'lostRun' })
  await store(run('silent', 300, null), run('alive', 20, null), run('fine', 300, 10))
  const { fired } = await look()
  expect(messages(fired)).toEqual([
    expect.stringMatching(/^orders is lost: no sign of life since \d+ \w{3} 20\d\d, \d\d:\d\d:\d\d UTC$/),
  ])
  expect((await look()).fired).toEqual([])
  await store(run('silent', 300, 299))
  expect(messages((await look()).recovered)).toEqual(['orders is back'])
})

describe('taskRegression', () => {
  /** Returns runs of two tasks, `t` and `u`, of about this many milliseconds. */
  const history = (prefix: string, count: number, agoHours: number, t: number, u: number): RunModel[] =>
    Array.from({ length: count }, (_, i) => {
      const jitter = 1 + 0.1 * Math.sin(i * 12.9 + agoHours)
      const task = (node: string, milliseconds: number): TaskModel => ({
        node,
        attempt: 1,
        start: 0,
        end: Math.round(milliseconds * jitter),
        queue: 0,
        status: 'completed',
        dependencies: [],
      })
      return run(`${prefix}${i}`, (agoHours + i * 0.1) * HOUR, 60, { tasks: [task('t', t), task('u', u)] })
    })

  test('a task that became slower, not one that did not, nor with too few attempts; recovered when it is as before', async () => {
    const look = watching({ type: 'taskRegression', windowSeconds: 24 * HOUR, baselineSeconds: 72 * HOUR })
    await store(...history('b', 30, 30, 1000, 1000), ...history('few', 7, 1, 1500, 1000))
    expect((await look()).fired).toEqual([])
    await store(...history('c', 30, 2, 1300, 1000))
    const { fired } = await look()
    expect(messages(fired)).toEqual([
      expect.stringMatching(/^t of orders is 3\d % slower: 1\.3 s \(median of 37\) against (9\d\d ms|1\.0 s)/),
    ])
    expect(fired[0]).toMatchObject({ nodeId: 't', workflow: 'orders', runId: null })
    expect((await look()).fired).toEqual([])
    await store(...history('d', 200, 1, 1000, 1000))
    expect(messages((await look()).recovered)).toEqual(['t of orders is as fast as before'])
  })

  test('one bad day is not a change; days that are all slower are one', async () => {
    const today = Math.floor(Date.now() / 86_400_000) * 86_400_000
    const day = (prefix: string, ago: number, count: number, t: number, u: number): RunModel[] =>
      history(`${prefix}${ago}-`, count, 0, t, u).map((model, i) => ({
        ...model,
        start: today - ago * 86_400_000 + 12 * HOUR * 1000 + i * 1000 - DAY,
      }))
    const days = [1, 2, 3, 4, 5, 6]
    await store(
      ...days.flatMap((ago) => day('b', ago + 6, 20, 1000, 1000)),
      ...days.flatMap((ago) => (ago === 3 ? day('c', ago, 150, 3000, 1300) : day('c', ago, 20, 1000, 1300))),
    )
    const split = new Date(today - 6 * 86_400_000)
    const rows = await taskRegressions(at.clickhouse, {
      baseline: { from: new Date(today - 12 * 86_400_000), to: split },
      candidate: { from: split, to: new Date(today) },
    })
    const t = rows.find(({ nodeId }) => nodeId === 't')!
    expect(t.qValue).toBeLessThan(0.001)
    expect(t.ratio).toBeGreaterThan(1.5)
    expect(rows.map(({ nodeId, verdict }) => `${nodeId} ${verdict}`).toSorted()).toEqual(['t same', 'u slower'])
  })

  test('equals Mann–Whitney and Hodges–Lehmann, computed independently', async () => {
    await store(...history('b', 25, 30, 1000, 800), ...history('c', 20, 2, 1200, 810))
    const split = new Date(Date.now() - 24 * HOUR * 1000)
    const rows = await taskRegressions(at.clickhouse, {
      workflow: 'orders',
      baseline: { from: new Date(split.getTime() - 72 * HOUR * 1000), to: split },
      candidate: { from: split, to: new Date() },
    })
    expect(
      rows.map(({ nodeId, baselineCount, candidateCount, verdict }) => [
        nodeId,
        baselineCount,
        candidateCount,
        verdict,
      ]),
    ).toEqual([
      ['t', 25, 20, 'slower'],
      ['u', 25, 20, 'same'],
    ])
    const durations = (node: number, count: number, ago: number, of: number): number[] =>
      history('x', count, ago, of, of).map(({ tasks }) => tasks[node]!.end)
    for (const [row, before, after] of [
      [rows[0]!, durations(0, 25, 30, 1000), durations(0, 20, 2, 1200)],
      [rows[1]!, durations(1, 25, 30, 800), durations(1, 20, 2, 810)],
    ] as const) {
      const ratios = after.flatMap((x) => before.map((y) => Math.log(x / y))).toSorted((a, b) => a - b)
      const middle = (ratios[ratios.length / 2 - 1]! + ratios[ratios.length / 2]!) / 2
      const ofMedians = row.candidateMedianSeconds / row.baselineMedianSeconds
      expect(row.ratio).toBeCloseTo(row.pValue < 0.05 ? Math.exp(middle) : ofMedians, 4)
      expect(row.pValue).toBeCloseTo(mannWhitney(before, after), 3)
    }
    expect(rows[0]!.qValue).toBeCloseTo(Math.min(rows[0]!.pValue * 2, rows[1]!.pValue), 6)
    expect(rows[1]!.qValue).toBeCloseTo(rows[1]!.pValue, 6)
  })
})

/** Two-sided, normal approximation with correction for continuity and ties. */
function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b]
  const rank = (x: number): number => all.filter((y) => y < x).length + (all.filter((y) => y === x).length + 1) / 2
  const u = a.reduce((sum, x) => sum + rank(x), 0) - (a.length * (a.length + 1)) / 2
  const n = all.length
  const ties = [...new Set(all)].map((x) => all.filter((y) => y === x).length).reduce((sum, t) => sum + t ** 3 - t, 0)
  const sigma = Math.sqrt(((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1))))
  const z = (Math.abs(u - (a.length * b.length) / 2) - 0.5) / sigma
  // 2 (1 − Φ(z)), Abramowitz and Stegun 7.1.26
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  return poly * Math.exp(-x * x)
}

describe('targets', () => {
  const bad = (): Promise<void> => store(run('bad', 400, 242, { status: 'failed', workflow: 'a"b\n$(touch x)' }))
  const rule = (...targets: string[]): AlertRule => ({
    name: 'failures',
    condition: { type: 'failedRun' },
    targets,
    severity: 'critical',
  })
  let server: Server
  let received: { headers: Record<string, unknown>; body: string }[]
  let url: string
  beforeEach(async () => {
    received = []
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += String(chunk)
      })
      request.on('end', () => {
        received.push({ headers: request.headers, body })
        response.end('ok')
      })
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  test('a webhook gets the notice, as JSON and for Slack, through the durable queue', async () => {
    await bad()
    const alerts = evaluator([rule('json', 'slack')], {
      json: { type: 'webhook', url: `${url}json`, allowPrivate: true, secret: 'a secret' },
      slack: { type: 'webhook', url: `${url}slack`, format: 'slack', allowPrivate: true },
    })
    await alerts.evaluate()
    await alerts.close()
    expect(received).toHaveLength(2)
    const json = received.find(({ headers }) => headers['webhook-signature'] !== undefined)!
    expect(JSON.parse(json.body)).toMatchObject({
      type: 'alert.fired',
      data: {
        rule: 'failures',
        severity: 'critical',
        condition: 'failedRun',
        runId: 'bad',
        message: 'a"b $(touch x) failed after 4 min 2 s',
      },
    })
    const slack = JSON.parse(received.find((one) => one !== json)!.body) as { text: string }
    expect(slack.text).toBe('*a"b $(touch x)* failed after 4 min 2 s')
  })

  test('a command gets it on its standard input and in its environment, without a shell; its exit code is in the result', async () => {
    await bad()
    const file = join(dataDir, 'said.json')
    const script = join(dataDir, 'told.mjs')
    writeFileSync(
      script,
      `import { readFileSync, writeFileSync } from 'node:fs'
      const { RUNSPAN_ALERT_RULE, RUNSPAN_ALERT_RUN_ID, RUNSPAN_ALERT_SEVERITY, RUNSPAN_ALERT_MESSAGE } = process.env
      writeFileSync(${JSON.stringify(file)}, JSON.stringify({ argv: process.argv.slice(2), input: JSON.parse(readFileSync(0, 'utf8')), RUNSPAN_ALERT_RULE, RUNSPAN_ALERT_RUN_ID, RUNSPAN_ALERT_SEVERITY, RUNSPAN_ALERT_MESSAGE }))`,
    )
    const alerts = evaluator([rule('page', 'fails', 'hangs', 'missing')], {
      page: { type: 'command', command: [process.execPath, script, '$HOME; echo', '*'] },
      fails: { type: 'command', command: [process.execPath, '-e', 'console.error("no pager"); process.exit(3)'] },
      hangs: { type: 'command', command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], timeoutSeconds: 0.5 },
      missing: { type: 'command', command: [join(dataDir, 'no-such-program')] },
    })
    const { sent } = await alerts.evaluate()
    expect(sent.map(({ target, ok, detail }) => [target, ok, detail])).toEqual([
      ['page', true, 'exit code 0'],
      ['fails', false, 'exit code 3: no pager'],
      ['hangs', false, 'ended after 0.5 s'],
      ['missing', false, 'cannot be started (ENOENT)'],
    ])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      argv: ['$HOME; echo', '*'],
      input: { type: 'alert.fired', rule: 'failures', runId: 'bad' },
      RUNSPAN_ALERT_RULE: 'failures',
      RUNSPAN_ALERT_RUN_ID: 'bad',
      RUNSPAN_ALERT_SEVERITY: 'critical',
      RUNSPAN_ALERT_MESSAGE: 'a"b $(touch x) failed after 4 min 2 s',
    })
    // a refused notice is retried at the next evaluations, three times in total
    expect((await alerts.evaluate()).sent.map(({ target }) => target)).toEqual(['fails', 'hangs', 'missing'])
    expect((await alerts.evaluate()).sent.map(({ target }) => target)).toEqual(['fails', 'hangs', 'missing'])
    expect((await alerts.evaluate()).sent).toEqual([])
  })

  test('a test goes to the targets of its rule at once', async () => {
    const alerts = evaluator([rule('json', 'page', 'closed')], {
      json: { type: 'webhook', url, allowPrivate: true },
      page: { type: 'command', command: ['true'] },
      closed: { type: 'webhook', url: 'http://127.0.0.1:1/', allowPrivate: true },
    })
    expect(await alerts.test('failures')).toEqual([
      { target: 'json', ok: true, detail: 'answered 200' },
      { target: 'page', ok: true, detail: 'exit code 0' },
      { target: 'closed', ok: false, detail: expect.stringContaining('ECONNREFUSED') },
    ])
    expect(JSON.parse(received[0]!.body)).toMatchObject({ type: 'alert.test', data: { rule: 'failures' } })
    await expect(alerts.test('none')).rejects.toMatchObject({ code: 'RULE_NOT_FOUND' })
  })

  test('a stored but unsent notice is sent after a crash, under the same id; damaged state is set aside', async () => {
    await bad()
    const targets: AlertTargets = { page: { type: 'command', command: ['false'] } }
    const first = await evaluator([rule('page')], targets).evaluate()
    const unsent = (): { notice: { id: string } }[] =>
      (JSON.parse(readFileSync(join(dataDir, 'alerts/state.json'), 'utf8')) as { unsent: never[] }).unsent
    expect(unsent().map(({ notice }) => notice.id)).toEqual(first.fired.map(({ id }) => id))
    const second = await evaluator([rule('page')], { page: { type: 'command', command: ['true'] } }).evaluate()
    expect([second.fired, second.sent.map(({ ok }) => ok), unsent()]).toEqual([[], [true], []])
    writeFileSync(join(dataDir, 'alerts/state.json'), '{"version":1,"rules":[{')
    expect((await evaluator([rule('page')], targets).evaluate()).fired).toHaveLength(1)
  })

  test('in the background: evaluates every so often, delivers, and stops', async () => {
    const notifying = startNotifying({
      ask: (question) => question(at.clickhouse),
      rules: [rule('json')],
      targets: { json: { type: 'webhook', url, allowPrivate: true } },
      dataDir,
      everySeconds: 0.2,
    })
    await bad()
    const end = Date.now() + 15_000
    while (received.length === 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
    await notifying.stop()
    expect(received).toHaveLength(1)
    await bad()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(received).toHaveLength(1)
  })

  test('two that evaluate at once do not tell twice', async () => {
    await bad()
    const [a, b] = [
      evaluator([rule('json')], { json: { type: 'log' } }),
      evaluator([rule('json')], { json: { type: 'log' } }),
    ]
    const results = await Promise.allSettled([a.evaluate(), b.evaluate()])
    const fired = results.flatMap((result) => (result.status === 'fulfilled' ? result.value.fired : []))
    expect(fired).toHaveLength(1)
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'EVALUATION_BUSY' } })
  })
})
