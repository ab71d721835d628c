import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startReceiver } from '@runspan/collector'
import { startInstrumentation } from '@runspan/instrumentation'
import {
  AlertEvaluator,
  cleanupOldData,
  EventStream,
  LiveMonitor,
  PerformanceVisualizer,
  ReportGenerator,
  RunAnalyzer,
  TaskManager,
  WebhookHandler,
  Workflow,
  WorkflowRunner,
  WorkflowVisualizer,
} from 'runspan'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* Options as people write them: an unknown name is refused, never ignored, and a time may be given in three forms. */

let at: TestServer
let manager: TaskManager
let elsewhere: string
beforeAll(async () => {
  at = await startTestServer()
  manager = new TaskManager({ dataDir: at.dataDir })
  await manager.withRun('dated', { runId: 'r' }, (run) => run.withTask('step', () => 'done'))
  elsewhere = mkdtempSync(join(tmpdir(), 'runspan-options-'))
})
afterAll(async () => {
  await manager.close()
  await at.stop()
  rmSync(elsewhere, { recursive: true, force: true })
})

/** Calls from JavaScript, without a compiler. */
type Loose = Record<string, (...values: unknown[]) => unknown>
const loose = (value: object): Loose => value as unknown as Loose
const analyzer = (): Loose => loose(new RunAnalyzer(manager))
const reports = (): Loose => loose(new ReportGenerator(manager))
const pictures = (): Loose => loose(new PerformanceVisualizer(manager))
const make =
  (Class: unknown) =>
  (...values: unknown[]): unknown =>
    new (Class as new (...given: unknown[]) => unknown)(...values)
const workflow = (): Workflow => new Workflow('w')

const REFUSED: [string, () => unknown, string][] = [
  [
    'TaskManager storage',
    () => make(TaskManager)({ storage: {} }),
    'storage is not an option yet: this version stores in',
  ],
  ['TaskManager datadir', () => make(TaskManager)({ datadir: elsewhere }), 'Did you mean dataDir?'],
  ['TaskManager basePath', () => make(TaskManager)({ basePath: elsewhere }), 'Did you mean dataDir?'],
  ['TaskManager text', () => make(TaskManager)(elsewhere), 'options must be an object'],
  ['TaskManager config', () => make(TaskManager)({ config: { enabled: false } }), 'config must be a TrackingConfig'],
  [
    'TaskManager otlp',
    () => make(TaskManager)({ dataDir: elsewhere, otlp: [{ url: 'http://h' }] }),
    'url is not an option',
  ],
  [
    'startInstrumentation',
    () => loose({ startInstrumentation })['startInstrumentation']!({ dataDirectory: 'x' }),
    'dataDir',
  ],
  ['getRunStats', () => analyzer()['getRunStats']!({ startDate: new Date() }), 'Did you mean from?'],
  ['getRunStats end_date', () => analyzer()['getRunStats']!({ end_date: 1 }), 'Did you mean to?'],
  ['getRunStats from', () => analyzer()['getRunStats']!({ from: 'last week' }), 'from must be a Date, ISO 8601 text'],
  ['getNodePerformance', () => analyzer()['getNodePerformance']!('w', { since: 1 }), 'Did you mean from?'],
  [
    'getResourceTrends',
    () => analyzer()['getResourceTrends']!({ runId: 'r', metric: 'cpu', interval: 1 }),
    'intervalSeconds?',
  ],
  ['getResourceTrends without', () => analyzer()['getResourceTrends']!({ runId: 'r' }), 'metric must be given'],
  ['getDailyMetrics', () => analyzer()['getDailyMetrics']!({ timezone: 'UTC' }), 'Did you mean timeZone?'],
  [
    'getWhatIf of a run',
    () => analyzer()['getWhatIf']!({ runId: 'r', nodeId: 'n', speedUp: 2 }),
    'Did you mean speedup?',
  ],
  [
    'getWhatIf of a workflow',
    () => analyzer()['getWhatIf']!({ workflow: 'w', task: 'n', speedup: 2 }),
    'Did you mean nodeId?',
  ],
  ['getBottlenecks', () => analyzer()['getBottlenecks']!('w', { form: 1 }), 'form is not an option'],
  [
    'getRegressions',
    () => analyzer()['getRegressions']!({ baseline: { start: 1, to: 2 } }),
    'baseline: start is not an option. Did you mean from?',
  ],
  ['getAnomalies', () => analyzer()['getAnomalies']!({ workflow: 'w', to: 1 }), 'from must be given'],
  ['getChangePoints', () => analyzer()['getChangePoints']!({ off: 'runs' }), 'Did you mean of?'],
  ['getFlakyTasks', () => analyzer()['getFlakyTasks']!({ limits: 1 }), 'Did you mean limit?'],
  ['getFailureClusters', () => analyzer()['getFailureClusters']!({ limit: '5' }), 'limit must be a number, not "5"'],
  ['getSlaAttainment', () => analyzer()['getSlaAttainment']!({ workflow: 'w' }), 'limitSeconds must be given'],
  ['getCosts', () => analyzer()['getCosts']!({ prices: { perCpu: 1 } }), 'prices: perCpu is not an option'],
  ['getThroughput', () => analyzer()['getThroughput']!({ from: 0, to: 1, intervall: 1 }), 'Did you mean interval?'],
  ['getLongestRuns', () => analyzer()['getLongestRuns']!({ top: 3 }), 'top is not an option'],
  ['getLongestTasks', () => analyzer()['getLongestTasks']!({ count: 3 }), 'Did you mean limit?'],
  [
    'generateHtmlReport',
    () => reports()['generateHtmlReport']!({ runId: 'r', includeMetric: true }),
    'includeMetrics?',
  ],
  ['generateMarkdownReport', () => reports()['generateMarkdownReport']!({ id: 'r' }), 'Did you mean runId?'],
  ['exportRunSummary', () => reports()['exportRunSummary']!({ path: 'x' }), 'Did you mean outputPath?'],
  [
    'createRunPerformanceSummary',
    () => pictures()['createRunPerformanceSummary']!({ runId: 'r', dir: 'x' }),
    'outputDir?',
  ],
  ['compareRuns', () => pictures()['compareRuns']!({ runs: ['a', 'b'], outputPath: 'x.svg' }), 'Did you mean runIds?'],
  [
    'createPerformanceDashboard',
    () => loose(new WorkflowVisualizer('w'))['createPerformanceDashboard']!({ manager, outputDir: 'x' }),
    'manager is not an option',
  ],
  [
    'cleanupOldData',
    () => loose({ cleanupOldData })['cleanupOldData']!(manager, { older_than_day: 3 }),
    'Did you mean olderThanDays?',
  ],
  ['listRuns', () => loose(manager)['listRuns']!({ workflow_id: 'w' }), 'Did you mean workflow?'],
  ['getTaskHistory', () => loose(manager)['getTaskHistory']!({ workflow: 'w', task: 't' }), 'Did you mean nodeId?'],
  ['startRun', () => loose(manager)['startRun']!('w', { run_id: 'x' }), 'run_id is not an option. Did you mean runId?'],
  ['EventStream', () => make(EventStream)(manager, { folow: 'store' }), 'Did you mean follow?'],
  ['LiveMonitor', () => make(LiveMonitor)(manager, { pollseconds: 1 }), 'Did you mean pollSeconds?'],
  ['Workflow', () => make(Workflow)('w', { concurency: 1 }), 'Did you mean concurrency?'],
  ['addTask', () => loose(workflow())['addTask']!('t', { timeout: 5 }, () => 1), 'Did you mean timeoutSeconds?'],
  [
    'addTask retry',
    () => loose(workflow())['addTask']!('t', { retry: { attempt: 5 } }, () => 1),
    'Did you mean attempts?',
  ],
  [
    'Workflow.fromTasks',
    () => loose(Workflow)['fromTasks']!('w', [{ nodeId: 't', fn: () => 1 }]),
    'fn is not an option',
  ],
  ['WorkflowRunner', () => make(WorkflowRunner)(workflow(), manager, { failfast: true }), 'Did you mean failFast?'],
  [
    'WorkflowRunner.run',
    () => loose(new WorkflowRunner(workflow(), manager))['run']!({}, { meta: 1 }),
    'meta is not an option',
  ],
  ['WebhookHandler', () => make(WebhookHandler)({ url: 'https://h/', event: ['*'] }), 'Did you mean events?'],
  ['AlertEvaluator', () => make(AlertEvaluator)({ rule: [] }), 'Did you mean rules?'],
  [
    'startReceiver',
    () => loose({ startReceiver })['startReceiver']!({ spool: at.spool, port: 0 }),
    'port is not an option',
  ],
]
test.each(REFUSED)('%s: a name that is no option is refused', async (_, call, words) => {
  const refused = await Promise.resolve()
    .then(call)
    .then(
      () => null,
      (error: unknown) => error as Error & { code?: string },
    )
  expect(refused?.code).toMatch(/^INVALID_/)
  expect(refused?.message).toContain(words)
})

test('a task of a run refuses them, too', () => {
  const run = manager.startRun('w')
  expect(() => loose(run)['startTask']!('t', { dependson: ['a'] })).toThrow('Did you mean dependencies?')
  expect(() => loose(run)['skipTask']!('t', 'no', { attempts: 2 })).toThrow('Did you mean attempt?')
  run.cancel()
})

test('a time is a date, ISO text or milliseconds, with the same answer', async () => {
  const answers = new RunAnalyzer(manager)
  const hour = 3_600_000
  const ways = (time: number): (Date | string | number)[] => [new Date(time), new Date(time).toISOString(), time]
  for (const from of ways(Date.now() - hour)) {
    expect((await answers.getRunStats({ workflow: 'dated', from })).totalRuns).toBe(1)
    expect((await manager.listRuns({ workflow: 'dated', from })).runs).toHaveLength(1)
    expect((await manager.getTaskHistory({ workflow: 'dated', nodeId: 'step', from })).tasks).toHaveLength(1)
  }
  for (const from of ways(Date.now() + hour)) {
    expect((await answers.getRunStats({ workflow: 'dated', from })).totalRuns).toBe(0)
    expect((await manager.listRuns({ workflow: 'dated', from })).runs).toHaveLength(0)
  }
  expect((await answers.getRunStats({ workflow: 'dated', to: '2026-01-01' })).totalRuns).toBe(0)
})

test('a queue time may be ISO text', async () => {
  const run = manager.startRun('queued', { runId: 'q' })
  run.startTask('t', { readyAt: new Date(Date.now() - 60_000).toISOString() }).complete()
  run.complete()
  const [task] = await manager.getTasks('q')
  expect(task!.queueTime).toBeGreaterThan(59)
})
