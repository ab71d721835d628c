import type { Spool } from '@runspan/clickhouse'

import { notOtlp } from './otlp/fields.ts'
import type { OtlpRequest } from './otlp/request.ts'
import { logRows } from './rows/logs.ts'
import { metricPoints } from './rows/metrics.ts'
import { spanRows } from './rows/spans.ts'

/** How many records of each kind. */
export interface Ingested {
  readonly spans: number
  readonly metrics: number
  readonly logs: number
}

/** Leaves all records of a request to the spool: all or, if any of it is no OTLP, none. Throws `NOT_OTLP`. */
export function ingestRequest(request: unknown, spool: Spool): Ingested {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw notOtlp('it is no JSON object')
  }
  const known = request as OtlpRequest
  const spans = spanRows(known)
  const logs = logRows(known)
  const points = metricPoints(known)
  // an empty request is fine (engines send one to try the endpoint); one of another kind is not
  if (
    Object.keys(request).length > 0 &&
    !['resourceSpans', 'resourceLogs', 'resourceMetrics'].some((key) => key in request)
  ) {
    throw notOtlp('it has neither resourceSpans nor resourceLogs nor resourceMetrics')
  }
  for (const row of spans) spool.addSpan(row)
  for (const row of logs) spool.addLog(row)
  for (const add of points) add(spool)
  return { spans: spans.length, metrics: points.length, logs: logs.length }
}
