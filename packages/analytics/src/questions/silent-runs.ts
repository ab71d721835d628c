import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import { attributes as name } from '@runspan/model'

import { ALIVE_SINCE, RUN_ROWS } from '../sql/run-rows.ts'

/** The recorded start of a run, or of a task of a run, that has been silent for three heartbeats. */
export interface SilentSpan {
  readonly runId: string
  readonly workflow: string
  /** Task; empty for the run itself. */
  readonly nodeId: string
  readonly attempt: number
  readonly traceId: string
  readonly spanId: string
  /** Span id of the task's run; empty for a run, or if it is unknown. */
  readonly parentSpanId: string
  /** Nanoseconds since 1970, as text. */
  readonly startNanoseconds: string
  /** Milliseconds since 1970. */
  readonly lastSeenMilliseconds: number
  readonly resource: Readonly<Record<string, string>>
  readonly scopeVersion: string
  /** Whether any data came from its host in the last 90 seconds. */
  readonly hostIsHeard: boolean
}

const SQL = `
WITH silent AS (SELECT run_id, workflow, trace_id, start, last_seen FROM ${RUN_ROWS} WHERE status = 'lost' AND NOT ended
  ORDER BY start LIMIT 1000)
SELECT run.run_id AS runId, run.workflow AS workflow, log.LogAttributes['${name.WORKFLOW_TASK_ID}'] AS nodeId,
  greatest(1, toUInt16OrZero(log.LogAttributes['${name.WORKFLOW_TASK_ATTEMPT}'])) AS attempt, log.TraceId AS traceId, log.SpanId AS spanId,
  toString(toUnixTimestamp64Nano(toDateTime64(log.Timestamp, 9))) AS startNanoseconds, toUnixTimestamp64Milli(run.last_seen)::Float64 AS lastSeenMilliseconds,
  log.ResourceAttributes AS resource, log.ScopeVersion AS scopeVersion
FROM otel_logs AS log INNER JOIN silent AS run ON log.LogAttributes['${name.WORKFLOW_RUN_ID}'] = run.run_id
WHERE log.ScopeName = '${name.SCOPE_NAME}' AND log.TraceId IN (SELECT trace_id FROM silent)
  AND log.EventName IN ('${name.EVENT_RUN_STARTED}', '${name.EVENT_TASK_STARTED}')
  AND (run.run_id, log.SpanId) NOT IN (SELECT run_id, task_id FROM workflow_tasks WHERE run_id IN (SELECT run_id FROM silent) AND start >= (SELECT min(start) FROM silent) - INTERVAL 1 DAY)
LIMIT 1 BY runId, spanId, attempt`

/** A separate query: ClickHouse cannot ask this of all shards inside the other one. */
const HEARD_SQL = ['otel_logs WHERE Timestamp', 'otel_metrics_gauge WHERE TimeUnix', 'otel_traces WHERE Timestamp']
  .map(
    (of) =>
      `SELECT DISTINCT ResourceAttributes['host.name'] AS host FROM ${of} > ${ALIVE_SINCE}
        AND ResourceAttributes['host.name'] IN {hosts:Array(String)}`,
  )
  .join(' UNION ALL ')

const SILENT = defineQuery({
  name: 'silent-runs',
  sql: SQL,
  columns: (z) => ({
    runId: z.string(),
    workflow: z.string(),
    nodeId: z.string(),
    attempt: z.number(),
    traceId: z.string(),
    spanId: z.string(),
    startNanoseconds: z.string(),
    lastSeenMilliseconds: z.number(),
    resource: z.record(z.string(), z.string()),
    scopeVersion: z.string(),
  }),
})

const HEARD = defineQuery({ name: 'silent-runs/heard', sql: HEARD_SQL, columns: (z) => ({ host: z.string() }) })

/**
 * Returns Runspan's own runs that are lost by silence and have no end, with their open tasks; at most 1,000 runs. Throws
 * `ClickHouseError`.
 */
export async function silentRuns(clickhouse: ClickHouse): Promise<SilentSpan[]> {
  const rows = await clickhouse.ask(SILENT)
  const runSpans = new Map(rows.filter(({ nodeId }) => nodeId === '').map(({ runId, spanId }) => [runId, spanId]))
  const hosts = [...new Set(rows.map(({ resource }) => resource['host.name'] ?? ''))]
  const heard = rows.length === 0 ? [] : await clickhouse.ask(HEARD, { hosts })
  const heardHosts = new Set(heard.map(({ host }) => host))
  return rows.map((row) => ({
    ...row,
    parentSpanId: row.nodeId === '' ? '' : (runSpans.get(row.runId) ?? ''),
    hostIsHeard: heardHosts.has(row.resource['host.name'] ?? ''),
  }))
}
