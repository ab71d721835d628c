import type { Attributes } from '../native/map-column.ts'
import { type ExemplarRow, type PointRow } from '../rows/metric-row.ts'
import type { Source, Time } from '../rows/source.ts'
import type { Spool } from '../spool.ts'
import { keepRecord } from './keep-record.ts'
import type { SdkResource, SdkScope, SdkSources } from './sdk-source.ts'

interface SdkPoint<Value> {
  readonly startTime: Time
  readonly endTime: Time
  readonly attributes: Attributes
  readonly value: Value
}

interface SdkHistogram {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] }
  readonly sum?: number | undefined
  readonly count: number
  readonly min?: number | undefined
  readonly max?: number | undefined
}

interface SdkExponentialHistogram {
  readonly count: number
  readonly sum?: number | undefined
  readonly scale: number
  readonly zeroCount: number
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] }
  readonly negative: { readonly offset: number; readonly bucketCounts: readonly number[] }
  readonly min?: number | undefined
  readonly max?: number | undefined
}

interface SdkMetricHead {
  readonly descriptor: { readonly name: string; readonly description: string; readonly unit: string }
  /** 0 is delta, 1 is cumulative. */
  readonly aggregationTemporality: number
}

/** A metric of the SDK; `dataPointType` is 0 histogram, 1 exponential histogram, 2 gauge, 3 sum. */
export type SdkMetric = SdkMetricHead &
  (
    | { readonly dataPointType: 0; readonly dataPoints: readonly SdkPoint<SdkHistogram>[] }
    | { readonly dataPointType: 1; readonly dataPoints: readonly SdkPoint<SdkExponentialHistogram>[] }
    | { readonly dataPointType: 2; readonly dataPoints: readonly SdkPoint<number>[] }
    | { readonly dataPointType: 3; readonly dataPoints: readonly SdkPoint<number>[]; readonly isMonotonic: boolean }
  )

/** Argument of a metric exporter of the SDK. */
export interface SdkResourceMetrics {
  readonly resource: SdkResource
  readonly scopeMetrics: readonly { readonly scope: SdkScope; readonly metrics: readonly SdkMetric[] }[]
}

const NO_EXEMPLARS: readonly ExemplarRow[] = []

/** Adds all points of a collection to the spool. */
export function addSdkMetrics(spool: Spool, { resource, scopeMetrics }: SdkResourceMetrics, sources: SdkSources): void {
  for (const { scope, metrics } of scopeMetrics) {
    const source = sources.of(resource, scope)
    for (const metric of metrics) keepRecord(spool, () => addMetric(spool, metric, source))
  }
}

function addMetric(spool: Spool, metric: SdkMetric, source: Source): void {
  // OTLP and the tables count temporality from 1: delta, cumulative
  const temporality = metric.aggregationTemporality + 1
  switch (metric.dataPointType) {
    case 2:
      for (const point of metric.dataPoints) {
        spool.add('otel_metrics_gauge', { ...pointRow(metric, point, source), value: point.value })
      }
      break
    case 3:
      for (const point of metric.dataPoints) {
        const row = {
          ...pointRow(metric, point, source),
          value: point.value,
          temporality,
          monotonic: metric.isMonotonic,
        }
        spool.add('otel_metrics_sum', row)
      }
      break
    case 0:
      for (const point of metric.dataPoints) {
        const { value } = point
        spool.add('otel_metrics_histogram', {
          ...pointRow(metric, point, source),
          ...distribution(value, temporality),
          bucketCounts: value.buckets.counts,
          bounds: value.buckets.boundaries,
        })
      }
      break
    case 1:
      for (const point of metric.dataPoints) {
        const { value } = point
        spool.add('otel_metrics_exponential_histogram', {
          ...pointRow(metric, point, source),
          ...distribution(value, temporality),
          scale: value.scale,
          zeroCount: value.zeroCount,
          positiveOffset: value.positive.offset,
          positiveCounts: value.positive.bucketCounts,
          negativeOffset: value.negative.offset,
          negativeCounts: value.negative.bucketCounts,
        })
      }
      break
  }
}

function pointRow(metric: SdkMetricHead, point: SdkPoint<unknown>, source: Source): PointRow {
  return {
    source,
    name: metric.descriptor.name,
    description: metric.descriptor.description,
    unit: metric.descriptor.unit,
    attributes: point.attributes,
    start: point.startTime,
    time: point.endTime,
    flags: 0,
    exemplars: NO_EXEMPLARS, // this SDK has no exemplars
  }
}

/**
 * Minimum and maximum of an empty histogram are infinite in the SDK; OTLP leaves them out, and the tables then contain 0.
 */
function distribution(
  value: SdkHistogram | SdkExponentialHistogram,
  temporality: number,
): { count: number; sum: number; min: number; max: number; temporality: number } {
  const { count, sum = 0, min = 0, max = 0 } = value
  return { count, sum, min: Number.isFinite(min) ? min : 0, max: Number.isFinite(max) ? max : 0, temporality }
}
