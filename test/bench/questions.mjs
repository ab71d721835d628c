import { keyMetrics, nodePerformance, resourceTrends, run, runs, runStats, tasks } from '@runspan/analytics'

import { DAYS, makeHistory, METRICS_DAY } from './history.mjs'
import { alternate, median, progress, QUICK, row } from './measure.mjs'
import { mergesDone, sizes, startServer } from './server.mjs'

const RUNS = QUICK ? 24_000 : 240_000
const ROUNDS = QUICK ? 3 : 9

const IS_TASK = `ScopeName = 'runspan' AND SpanAttributes['workflow.task.id'] != ''`
const IS_RUN = `ScopeName = 'runspan' AND SpanAttributes['workflow.run.id'] != '' AND SpanAttributes['workflow.task.id'] = ''`

/**
 * Each question twice: ours, and as somebody would ask `otel_traces`, by attributes, with less in the answer (no critical path, no
 * merging of repeated records). Every round asks for another run and workflow.
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

export async function bench() {
  const { clickhouse, stop } = await startServer()
  try {
    await makeHistory(clickhouse, RUNS)
    await mergesDone(clickhouse)
    const tables = await sizes(clickhouse)
    const rowsOf = (name) => tables.find(({ table }) => table === name)?.rows ?? 0
    progress(`questions: ${tables.map(({ table, rows }) => `${table} ${rows}`).join(', ')}`)
    if (rowsOf('workflow_runs') < RUNS * 0.99 || rowsOf('workflow_task_stats') === 0)
      throw new Error('the views did not fill the tables')
    const subjects = await clickhouse.query(
      `SELECT run_id AS runId, workflow FROM workflow_runs FINAL WHERE toDate(own_start) = today() - {ago:UInt32} ORDER BY run_id LIMIT ${ROUNDS + 2}`,
      { ago: DAYS - METRICS_DAY },
    )
    const timed = (ask) => async (round) => {
      const subject = subjects.at(round)
      const begin = performance.now()
      await ask(subject)
      return performance.now() - begin
    }
    const times = await alternate(
      Object.fromEntries(
        Object.entries(QUESTIONS).flatMap(([name, { ours, spans }]) => [
          [`${name}, ours`, timed((subject) => ours(clickhouse, subject))],
          [`${name}, otel_traces`, timed((subject) => clickhouse.query(spans, subject))],
        ]),
      ),
      { rounds: ROUNDS, warmUp: 1 },
    )
    return {
      rows: [
        row('otel_traces', 'rows', [rowsOf('otel_traces')]),
        row('workflow_runs', 'rows', [rowsOf('workflow_runs')]),
        row('workflow_tasks', 'rows', [rowsOf('workflow_tasks')]),
        ...Object.entries(times).map(([subject, values]) => row(subject, 'ms', values)),
      ],
      ratios: Object.fromEntries(
        Object.keys(QUESTIONS).map((name) => [
          name,
          median(times[`${name}, otel_traces`]) / median(times[`${name}, ours`]),
        ]),
      ),
    }
  } finally {
    await stop()
  }
}
