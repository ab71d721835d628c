import { type PointRow, type Source, type SpoolBatch } from '@runspan/spool'

import { attributes, double, id, integer32, integer64, list, pointValue, text, time } from '../otlp/fields.ts'
import type { OtlpHistogramPoint, OtlpMetric, OtlpPoint, OtlpRequest } from '../otlp/request.ts'
import { sourceOf } from './source.ts'

/** Adds a point; created for a whole request before the first is added, so that an invalid request adds nothing. */
export type AddPoint = (batch: SpoolBatch) => void

/** Returns all points of a request. Throws `NOT_OTLP`. */
export function metricPoints(request: OtlpRequest): AddPoint[] {
  return list(request.resourceMetrics, 'resourceMetrics').flatMap((group) =>
    list(group.scopeMetrics, 'scopeMetrics').flatMap(({ scope, metrics, schemaUrl }) => {
      const source = sourceOf(group.resource, group.schemaUrl, scope, schemaUrl)
      return list(metrics, 'metrics').flatMap((metric) => pointsOf(metric, source))
    }),
  )
}

function pointsOf(metric: OtlpMetric, source: Source): AddPoint[] {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric
  return [
    ...list(gauge?.dataPoints, 'gauge.dataPoints').map((point): AddPoint => {
      const row = { ...pointRow(metric, point, source), value: pointValue(point) }
      return (batch) => batch.add('otel_metrics_gauge', row)
    }),
    ...list(sum?.dataPoints, 'sum.dataPoints').map((point): AddPoint => {
      const temporality = integer32(sum?.aggregationTemporality)
      const monotonic = sum?.isMonotonic === true
      const row = { ...pointRow(metric, point, source), value: pointValue(point), temporality, monotonic }
      return (batch) => batch.add('otel_metrics_sum', row)
    }),
    ...list(histogram?.dataPoints, 'histogram.dataPoints').map((point): AddPoint => {
      const row = {
        ...pointRow(metric, point, source),
        ...distribution(point, histogram?.aggregationTemporality),
        bucketCounts: counts(point.bucketCounts),
        bounds: (point.explicitBounds ?? []).map(double),
      }
      return (batch) => batch.add('otel_metrics_histogram', row)
    }),
    ...list(exponentialHistogram?.dataPoints, 'exponentialHistogram.dataPoints').map((point): AddPoint => {
      const row = {
        ...pointRow(metric, point, source),
        ...distribution(point, exponentialHistogram?.aggregationTemporality),
        scale: integer32(point.scale),
        zeroCount: integer64(point.zeroCount),
        positiveOffset: integer32(point.positive?.offset),
        positiveCounts: counts(point.positive?.bucketCounts),
        negativeOffset: integer32(point.negative?.offset),
        negativeCounts: counts(point.negative?.bucketCounts),
      }
      return (batch) => batch.add('otel_metrics_exponential_histogram', row)
    }),
    ...list(summary?.dataPoints, 'summary.dataPoints').map((point): AddPoint => {
      const row = {
        ...pointRow(metric, point, source),
        count: integer64(point.count),
        sum: double(point.sum),
        quantiles: list(point.quantileValues, 'quantileValues').map(({ quantile, value }) => ({
          quantile: double(quantile),
          value: double(value),
        })),
      }
      return (batch) => batch.add('otel_metrics_summary', row)
    }),
  ]
}

function pointRow(metric: OtlpMetric, point: OtlpPoint, source: Source): PointRow {
  return {
    source,
    name: text(metric.name),
    description: text(metric.description),
    unit: text(metric.unit),
    attributes: attributes(point.attributes),
    start: time(point.startTimeUnixNano),
    time: time(point.timeUnixNano),
    flags: integer32(point.flags),
    exemplars: list(point.exemplars, 'exemplars').map((exemplar) => ({
      attributes: attributes(exemplar.filteredAttributes),
      time: time(exemplar.timeUnixNano),
      value: pointValue(exemplar),
      spanId: id(exemplar.spanId),
      traceId: id(exemplar.traceId),
    })),
  }
}

function distribution(
  { count, sum, min, max }: Pick<OtlpHistogramPoint, 'count' | 'sum' | 'min' | 'max'>,
  temporality: unknown,
): { count: bigint; sum: number; min: number; max: number; temporality: number } {
  return {
    count: integer64(count),
    sum: double(sum),
    min: double(min),
    max: double(max),
    temporality: integer32(temporality),
  }
}

function counts(values: readonly unknown[] | undefined): bigint[] {
  return (values ?? []).map(integer64)
}
