import {
  anomalies,
  bottlenecks,
  changePoints,
  compareRuns,
  costs,
  failureClusters,
  flakyTasks,
  keyMetrics,
  longestRuns,
  longestTasks,
  nodePerformance,
  regressions,
  resourceTrends,
  run,
  runCost,
  runCriticalPath,
  runs,
  runStats,
  slaAttainment,
  tasks,
  throughput,
  whatIf,
  whatIfWorkflow,
} from '@runspan/analytics'
import { ReportGenerator, TaskManager } from 'runspan'

import { DAYS, makeHistory, makeWideRun, mergeDays, METRICS_DAY } from './history.mjs'
import { alternate, median, peakBytes, progress, QUICK, resetPeak, row } from './measure.mjs'
import { mergesDone, restarted, sizes, startServer } from './server.mjs'

const RUNS = QUICK ? 24_000 : 960_000
const ROUNDS = QUICK ? 3 : 5
const REPORT_TASKS = 500
const MEMORY_BYTES = 1e9

const IS_TASK = `ScopeName = 'runspan' AND SpanAttributes['workflow.task.id'] != ''`
const IS_RUN = `ScopeName = 'runspan' AND SpanAttributes['workflow.run.id'] != '' AND SpanAttributes['workflow.task.id'] = ''`

/**
 * Each question twice: ours, and as one would query `otel_traces`, by attributes, with less in the answer (no critical path,
 * no merging of repeated records). Every round asks for another run and workflow.
 */
const QUESTIONS = {
  runStats: {
    ours: (clickhouse) => runStats(clickhouse),
    spans: `SELECT count(), countIf(SpanAttributes['workflow.run.status'] = 'completed'), countIf(SpanAttributes['workflow.run.status'] = 'failed'), avg(Duration), quantilesExact(0.5, 0.95)(Duration), max(Duration)
FROM otel_traces WHERE ${IS_RUN}`,
  },
  nodePerformance: {
    ours: (clickhouse, { workflow }) => nodePerformance(clickhouse, { workflow }),
    spans: `SELECT SpanAttributes['workflow.task.id'] AS node, count(), countIf(SpanAttributes['workflow.task.status'] = 'failed') / count(), avg(Duration), quantilesExact(0.5, 0.95)(Duration), max(Duration),
  avg(toFloat64OrZero(SpanAttributes['workflow.task.queue_time'])), countIf(toUInt16OrZero(SpanAttributes['workflow.task.attempt']) > 1)
FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.name'] = {workflow:String} GROUP BY node`,
  },
  resourceTrends: {
    ours: (clickhouse, { runId }) => resourceTrends(clickhouse, { runId, metric: 'memory', intervalSeconds: 1 }),
    spans: `SELECT toStartOfSecond(Timestamp) AS t, max(toUInt64OrZero(SpanAttributes['process.memory.peak'])) FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.run.id'] = {runId:String} GROUP BY t ORDER BY t`,
  },
  keyMetrics: {
    ours: (clickhouse, { runId }) => keyMetrics(clickhouse, runId),
    spans: `SELECT countIf(SpanAttributes['workflow.task.status'] = 'failed'), count(), sum(toFloat64OrZero(SpanAttributes['process.cpu.time.user'])), max(toUInt64OrZero(SpanAttributes['process.memory.peak'])),
  (SELECT quantileExact(0.5)(Duration) FROM (SELECT Duration FROM otel_traces WHERE ${IS_RUN} AND SpanAttributes['workflow.name'] = {workflow:String} AND SpanAttributes['workflow.run.status'] = 'completed' ORDER BY Timestamp DESC LIMIT 20))
FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.run.id'] = {runId:String}`,
  },
  runs: {
    ours: (clickhouse) => runs(clickhouse, { limit: 50 }),
    spans: `SELECT r.id, r.status, r.Timestamp, r.Duration, count() FROM (SELECT TraceId, SpanAttributes['workflow.run.id'] AS id, SpanAttributes['workflow.run.status'] AS status, Timestamp, Duration FROM otel_traces WHERE ${IS_RUN} ORDER BY Timestamp DESC LIMIT 50) AS r
INNER JOIN (SELECT TraceId FROM otel_traces WHERE ${IS_TASK}) AS t ON r.TraceId = t.TraceId GROUP BY ALL ORDER BY r.Timestamp DESC`,
  },
  run: {
    ours: (clickhouse, { runId }) => run(clickhouse, runId),
    spans: `SELECT * FROM otel_traces WHERE SpanAttributes['workflow.run.id'] = {runId:String} ORDER BY Timestamp`,
  },
  tasks: {
    ours: (clickhouse, { runId }) => tasks(clickhouse, runId),
    spans: `SELECT SpanId, SpanName, Timestamp, Duration, SpanAttributes, StatusMessage FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.run.id'] = {runId:String} ORDER BY Timestamp`,
  },
}

const DAY_MS = 86_400_000
const midnight = (daysAgo) => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - daysAgo * DAY_MS)
const NANOSECONDS = `toUnixTimestamp64Nano(toDateTime64(Timestamp, 9))`

/**
 * The deeper questions. Those that aggregate the whole history are compared with the simplest equivalent query over
 * `otel_traces`.
 */
const DEEPER = {
  runCriticalPath: { ours: (clickhouse, { runId }) => runCriticalPath(clickhouse, runId) },
  whatIf: {
    ours: (clickhouse, { runId, workflow }) => whatIf(clickhouse, { runId, nodeId: `${workflow}-10`, speedup: 2 }),
  },
  whatIfWorkflow: {
    ours: (clickhouse, { workflow }) => whatIfWorkflow(clickhouse, { workflow, nodeId: `${workflow}-10`, speedup: 2 }),
  },
  bottlenecks: {
    ours: (clickhouse, { workflow }) => bottlenecks(clickhouse, { workflow }),
    spans: `SELECT SpanAttributes['workflow.task.id'] AS node, count(), quantilesExact(0.5, 0.95)(Duration), sum(toFloat64OrZero(SpanAttributes['process.cpu.time.user'])), max(toUInt64OrZero(SpanAttributes['process.memory.peak']))
FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.name'] = {workflow:String} GROUP BY node`,
  },
  regressions: { ours: (clickhouse) => regressions(clickhouse, {}) },
  regressionsOfWorkflow: { ours: (clickhouse, { workflow }) => regressions(clickhouse, { workflow }) },
  anomalies: { ours: (clickhouse) => anomalies(clickhouse, { from: midnight(2), to: new Date() }) },
  changePoints: {
    ours: (clickhouse) => changePoints(clickhouse, { of: 'tasks' }),
    spans: `SELECT SpanAttributes['workflow.name'] AS workflow, SpanAttributes['workflow.task.id'] AS node, toDate(Timestamp) AS day, quantileExact(0.5)(Duration)
FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.task.status'] = 'completed' GROUP BY workflow, node, day`,
  },
  flakyTasks: {
    ours: (clickhouse) => flakyTasks(clickhouse, {}),
    spans: `SELECT workflow, node, count(), countIf(fails > 0 AND ok), sumIf(waste, ok) FROM (
  SELECT SpanAttributes['workflow.name'] AS workflow, SpanAttributes['workflow.task.id'] AS node, SpanAttributes['workflow.run.id'] AS run, countIf(SpanAttributes['workflow.task.status'] = 'failed') AS fails,
    max(SpanAttributes['workflow.task.status'] = 'completed') AS ok, sumIf(Duration, SpanAttributes['workflow.task.status'] = 'failed') AS waste
  FROM otel_traces WHERE ${IS_TASK} GROUP BY workflow, node, run) GROUP BY workflow, node`,
  },
  failureClusters: {
    ours: (clickhouse) => failureClusters(clickhouse, {}),
    spans: `SELECT SpanAttributes['workflow.name'] AS workflow, SpanAttributes['error.type'] AS type, replaceRegexpAll(StatusMessage, '[0-9]+', 'N') AS message, count(), min(Timestamp), max(Timestamp), uniqExact(SpanAttributes['workflow.run.id'])
FROM otel_traces WHERE ${IS_TASK} AND SpanAttributes['workflow.task.status'] = 'failed' GROUP BY workflow, type, message`,
  },
  slaAttainment: {
    ours: (clickhouse, { workflow }) => slaAttainment(clickhouse, { workflow, limitSeconds: 60 }),
    spans: `SELECT toDate(Timestamp) AS day, countIf(Duration <= 60e9 AND SpanAttributes['workflow.run.status'] = 'completed') / count() FROM otel_traces WHERE ${IS_RUN} AND SpanAttributes['workflow.name'] = {workflow:String} GROUP BY day`,
  },
  costs: {
    ours: (clickhouse) => costs(clickhouse, {}),
    spans: `SELECT SpanAttributes['workflow.name'] AS workflow, sum(toFloat64OrZero(SpanAttributes['process.cpu.time.user'])) + sum(toFloat64OrZero(SpanAttributes['process.cpu.time.system'])), sum(toFloat64OrZero(SpanAttributes['process.memory.peak']) / 1e9 * Duration / 1e9)
FROM otel_traces WHERE ${IS_TASK} GROUP BY workflow`,
  },
  runCost: { ours: (clickhouse, { runId }) => runCost(clickhouse, { runId }) },
  throughput: {
    ours: (clickhouse) => throughput(clickhouse, { from: midnight(2), to: midnight(1) }),
    spans: `SELECT intDiv(t, 900000000000) AS bucket, max(level) FROM (SELECT t, sum(delta) OVER (ORDER BY t) AS level FROM (
  SELECT x.1 AS t, x.2 AS delta FROM (SELECT arrayJoin([(${NANOSECONDS}, 1), (${NANOSECONDS} + toInt64(Duration), -1)]) AS x FROM otel_traces WHERE ${IS_TASK} AND Timestamp >= today() - 2 AND Timestamp < today() - 1))) GROUP BY bucket ORDER BY bucket`,
  },
  compareRuns: {
    ours: (clickhouse, { runId }, { runId: other }) => compareRuns(clickhouse, [runId, other]),
  },
  longestRuns: {
    ours: (clickhouse) => longestRuns(clickhouse, {}),
    spans: `SELECT SpanAttributes['workflow.run.id'], SpanAttributes['workflow.name'], Timestamp, Duration FROM otel_traces WHERE ${IS_RUN} ORDER BY Duration DESC LIMIT 20`,
  },
  longestTasks: {
    ours: (clickhouse) => longestTasks(clickhouse, { by: 'cpu' }),
    spans: `SELECT SpanAttributes['workflow.run.id'], SpanAttributes['workflow.task.id'], Timestamp, Duration, toFloat64OrZero(SpanAttributes['process.cpu.time.user']) AS cpu FROM otel_traces WHERE ${IS_TASK} ORDER BY cpu DESC LIMIT 20`,
  },
}

/** All of them: compared ones, and those that are only timed. */
const ALL = { ...QUESTIONS, ...DEEPER }

export async function bench() {
  let place = await startServer()
  try {
    await makeHistory(place.clickhouse, RUNS)
    await mergeDays(place.clickhouse)
    await mergesDone(place.clickhouse)
    // memory of our questions alone, within their limit
    place = await restarted(place, MEMORY_BYTES)
    const subjects = await place.clickhouse.query(
      `SELECT run_id AS runId, workflow FROM workflow_runs FINAL WHERE toDate(own_start) = today() - {ago:UInt32} ORDER BY run_id LIMIT ${ROUNDS + 2}`,
      { ago: DAYS - METRICS_DAY },
    )
    const peaks = await peaksOf(place.server.pid, subjects, place.clickhouse)
    progress(`questions: asked once, ${Math.round(Math.max(...peaks))} MB at most`)
    const reports = await reportTimes(place.clickhouse, place.dataDir)
    place = await restarted(place)
    const { clickhouse } = place
    const tables = await sizes(clickhouse)
    const rowsOf = (name) => tables.find(({ table }) => table === name)?.rows ?? 0
    progress(`questions: ${tables.map(({ table, rows }) => `${table} ${rows}`).join(', ')}`)
    if (rowsOf('workflow_runs') < RUNS * 0.99 || rowsOf('workflow_task_stats') === 0)
      throw new Error('the views did not fill the tables')
    const timed = (ask) => async (round) => {
      const begin = performance.now()
      await ask(subjects.at(round), subjects.at(round + 1))
      return performance.now() - begin
    }
    const times = await alternate(
      Object.fromEntries(
        Object.entries(ALL).flatMap(([name, { ours, spans }]) => [
          [`${name}, ours`, timed((...asked) => ours(clickhouse, ...asked))],
          ...(spans === undefined
            ? []
            : [[`${name}, otel_traces`, timed((subject) => clickhouse.query(spans, subject))]]),
        ]),
      ),
      { rounds: ROUNDS, warmUp: 1 },
    )
    return {
      rows: [
        row('otel_traces', 'rows', [rowsOf('otel_traces')]),
        row('workflow_runs', 'rows', [rowsOf('workflow_runs')]),
        row('workflow_tasks', 'rows', [rowsOf('workflow_tasks')]),
        row('server, resident at most while ours are asked', 'MB', peaks),
        row(`report of a run of ${REPORT_TASKS} tasks`, 'ms', reports),
        ...Object.entries(times).map(([subject, values]) => row(subject, 'ms', values)),
      ],
      ratios: Object.fromEntries(
        Object.entries(ALL)
          .filter(([, { spans }]) => spans !== undefined)
          .map(([name]) => [name, median(times[`${name}, otel_traces`]) / median(times[`${name}, ours`])]),
      ),
    }
  } finally {
    await place.stop()
  }
}

/** Returns the maximum resident megabytes of the server, a question each. */
async function peaksOf(pid, subjects, clickhouse) {
  const peaks = []
  for (const { ours } of Object.values(ALL)) {
    resetPeak(pid)
    await ours(clickhouse, subjects[0], subjects[1])
    peaks.push(peakBytes(pid) / 1e6)
  }
  return peaks
}

async function reportTimes(clickhouse, dataDir) {
  const runId = await makeWideRun(clickhouse, REPORT_TASKS)
  const manager = new TaskManager({ dataDir, collectMetrics: false })
  const generator = new ReportGenerator(manager)
  const times = []
  for (let round = -1; round < ROUNDS; round++) {
    const begin = performance.now()
    await generator.generateHtmlReport({ runId })
    if (round >= 0) times.push(performance.now() - begin)
  }
  await manager.close()
  return times
}
