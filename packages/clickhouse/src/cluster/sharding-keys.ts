import { attributes } from '@runspan/model'
import { RULES } from '@runspan/rules'

import { toldBySpan } from '../views/compile-rule.ts'

/*
 * Typed tables merge and resolve rows on one shard only, so all spans of a run must be on one shard. A span that has the
 * run's key, which may be in several traces, is sharded by the key, any other by its trace. All keys depend on the row alone,
 * so that a repeated insert is split the same way.
 */

const RUN_ID = attributes.WORKFLOW_RUN_ID

function spanKey(): string {
  const own = `SpanAttributes['${RUN_ID}']`
  const foreign = RULES.map(toldBySpan).filter((told) => told !== null && told.runKey !== own)
  const branches = [`${own} != '', ${own}`, ...foreign.map((told) => `${told!.when}, ${told!.runKey}`)]
  return `cityHash64(multiIf(${branches.join(', ')}, TraceId))`
}

/** Records of runs are on the shard of the run, those of a trace on one shard; all others are spread. */
const LOG_KEY = `multiIf(LogAttributes['${RUN_ID}'] != '', cityHash64(LogAttributes['${RUN_ID}']), TraceId != '', cityHash64(TraceId), cityHash64(ServiceName, Timestamp, Body))`

const METRIC_KEY = 'cityHash64(ServiceName, MetricName, Attributes)'

/**
 * Returns the sharding key of a table; null if nobody writes through the cluster, because local views fill the table.
 */
export function shardingKey(table: string): string | null {
  if (table === 'otel_traces') return spanKey()
  if (table === 'otel_logs') return LOG_KEY
  return table.startsWith('otel_metrics_') ? METRIC_KEY : null
}
