import type { Block } from '../native/block.ts'
import type { TELEMETRY_TABLES, TelemetryTable } from '../tables/index.ts'
import { addLogRow, type LogRow } from './log-row.ts'
import {
  addExponentialHistogramRow,
  addGaugeRow,
  addHistogramRow,
  addSummaryRow,
  addSumRow,
  type ExponentialHistogramRow,
  type HistogramRow,
  type NumberRow,
  type SummaryRow,
  type SumRow,
} from './metric-row.ts'
import { addSpanRow, type SpanRow } from './span-row.ts'

/** Row type of each table. */
export interface Rows {
  readonly otel_traces: SpanRow
  readonly otel_logs: LogRow
  readonly otel_metrics_gauge: NumberRow
  readonly otel_metrics_sum: SumRow
  readonly otel_metrics_histogram: HistogramRow
  readonly otel_metrics_exponential_histogram: ExponentialHistogramRow
  readonly otel_metrics_summary: SummaryRow
}

export type BlockOf<T extends TelemetryTable> = Block<(typeof TELEMETRY_TABLES)[T]>

const ADD_ROW: { readonly [T in TelemetryTable]: (block: BlockOf<T>, row: Rows[T]) => void } = {
  otel_traces: addSpanRow,
  otel_logs: addLogRow,
  otel_metrics_gauge: addGaugeRow,
  otel_metrics_sum: addSumRow,
  otel_metrics_histogram: addHistogramRow,
  otel_metrics_exponential_histogram: addExponentialHistogramRow,
  otel_metrics_summary: addSummaryRow,
}

/** Adds a row to its table's block. Throws if a value cannot be encoded; `block.dropHalfRow` then removes what was added of it. */
export function addRow<T extends TelemetryTable>(table: T, block: BlockOf<T>, row: Rows[T]): void {
  ADD_ROW[table](block, row)
}
