import { attributes } from '@runspan/model'
import { RULES } from '@runspan/rules'

import { toldBySpan } from '../views/compile-rule.ts'

/*
 * Typed tables merge and place what lies on one shard, so all spans of a run must lie together: by the run's key where the span tells it, which
 * may be in several traces, else by its trace. All keys are functions of the row alone, so that a repeated insert is cut as it was before.
 */

const RUN_ID = attributes.WORKFLOW_RUN_ID

function spanKey(): string {
  const own = `SpanAttributes['${RUN_ID}']`
  const foreign = RULES.map(toldBySpan).filter((told) => told !== null && told.runKey !== own)
  const branches = [`${own} != '', ${own}`, ...foreign.map((told) => `${told!.when}, ${told!.runKey}`)]
  return `cityHash64(multiIf(${branches.join(', ')}, TraceId))`
}

/** Records of runs lie with the run; those of a trace together; all others are spread. */
const LOG_KEY = `multiIf(LogAttributes['${RUN_ID}'] != '', cityHash64(LogAttributes['${RUN_ID}']), TraceId != '', cityHash64(TraceId), cityHash64(ServiceName, Timestamp, Body))`

const METRIC_KEY = 'cityHash64(ServiceName, MetricName, Attributes)'

/** By what a table's rows are spread over shards; null where nobody writes through the cluster, as local views fill the table. */
export function shardingKey(table: string): string | null {
  if (table === 'otel_traces') return spanKey()
  if (table === 'otel_logs') return LOG_KEY
  return table.startsWith('otel_metrics_') ? METRIC_KEY : null
}
