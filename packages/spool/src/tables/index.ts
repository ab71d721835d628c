import { OTEL_LOGS } from './otel-logs.ts'
import {
  OTEL_METRICS_EXPONENTIAL_HISTOGRAM,
  OTEL_METRICS_GAUGE,
  OTEL_METRICS_HISTOGRAM,
  OTEL_METRICS_SUM,
  OTEL_METRICS_SUMMARY,
} from './otel-metrics.ts'
import { OTEL_TRACES } from './otel-traces.ts'

/** Tables that telemetry is written to, with the columns we send. */
export const TELEMETRY_TABLES: {
  readonly otel_traces: typeof OTEL_TRACES
  readonly otel_logs: typeof OTEL_LOGS
  readonly otel_metrics_gauge: typeof OTEL_METRICS_GAUGE
  readonly otel_metrics_sum: typeof OTEL_METRICS_SUM
  readonly otel_metrics_histogram: typeof OTEL_METRICS_HISTOGRAM
  readonly otel_metrics_exponential_histogram: typeof OTEL_METRICS_EXPONENTIAL_HISTOGRAM
  readonly otel_metrics_summary: typeof OTEL_METRICS_SUMMARY
} = {
  otel_traces: OTEL_TRACES,
  otel_logs: OTEL_LOGS,
  otel_metrics_gauge: OTEL_METRICS_GAUGE,
  otel_metrics_sum: OTEL_METRICS_SUM,
  otel_metrics_histogram: OTEL_METRICS_HISTOGRAM,
  otel_metrics_exponential_histogram: OTEL_METRICS_EXPONENTIAL_HISTOGRAM,
  otel_metrics_summary: OTEL_METRICS_SUMMARY,
}

export type TelemetryTable = keyof typeof TELEMETRY_TABLES

/** Returns whether a name, for example from a file, is one of our tables. */
export function isTelemetryTable(name: string): name is TelemetryTable {
  return Object.hasOwn(TELEMETRY_TABLES, name)
}
