import type { Block, ColumnsOf } from '../native/block.ts'
import type { Attributes } from '../native/map-column.ts'
import type {
  OTEL_METRICS_EXPONENTIAL_HISTOGRAM,
  OTEL_METRICS_GAUGE,
  OTEL_METRICS_HISTOGRAM,
  OTEL_METRICS_SUM,
  OTEL_METRICS_SUMMARY,
} from '../tables/otel-metrics.ts'
import { type Source, storableTime, type Time } from './source.ts'

/** Fields of every metric point. */
export interface PointRow {
  readonly source: Source
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly attributes: Attributes
  readonly start: Time
  readonly time: Time
  readonly flags: number
  readonly exemplars: readonly ExemplarRow[]
}

export interface ExemplarRow {
  readonly attributes: Attributes
  readonly time: Time
  readonly value: number
  readonly spanId: string
  readonly traceId: string
}

export interface NumberRow extends PointRow {
  readonly value: number
}

export interface SumRow extends NumberRow {
  /** 1 is delta, 2 cumulative, 0 unspecified. */
  readonly temporality: number
  readonly monotonic: boolean
}

interface DistributionRow extends PointRow {
  readonly count: number | bigint
  readonly sum: number
  readonly min: number
  readonly max: number
  readonly temporality: number
}

export interface HistogramRow extends DistributionRow {
  readonly bucketCounts: readonly (number | bigint)[]
  readonly bounds: readonly number[]
}

export interface ExponentialHistogramRow extends DistributionRow {
  readonly scale: number
  readonly zeroCount: number | bigint
  readonly positiveOffset: number
  readonly positiveCounts: readonly (number | bigint)[]
  readonly negativeOffset: number
  readonly negativeCounts: readonly (number | bigint)[]
}

export interface SummaryRow extends PointRow {
  readonly count: number | bigint
  readonly sum: number
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[]
}

type PointColumns = Pick<
  ColumnsOf<typeof OTEL_METRICS_SUMMARY>,
  | 'ResourceAttributes'
  | 'ResourceSchemaUrl'
  | 'ScopeName'
  | 'ScopeVersion'
  | 'ScopeAttributes'
  | 'ScopeDroppedAttrCount'
  | 'ScopeSchemaUrl'
  | 'ServiceName'
  | 'MetricName'
  | 'MetricDescription'
  | 'MetricUnit'
  | 'Attributes'
  | 'StartTimeUnix'
  | 'TimeUnix'
  | 'Flags'
>

type ExemplarColumns = Pick<
  ColumnsOf<typeof OTEL_METRICS_GAUGE>,
  'Exemplars.FilteredAttributes' | 'Exemplars.TimeUnix' | 'Exemplars.Value' | 'Exemplars.SpanId' | 'Exemplars.TraceId'
>

export function addGaugeRow(block: Block<typeof OTEL_METRICS_GAUGE>, row: NumberRow): void {
  addPoint(block.columns, row)
  addExemplars(block.columns, row.exemplars)
  block.columns.Value.add(row.value)
  block.endRow(row.time[0])
}

export function addSumRow(block: Block<typeof OTEL_METRICS_SUM>, row: SumRow): void {
  const c = block.columns
  addPoint(c, row)
  addExemplars(c, row.exemplars)
  c.Value.add(row.value)
  c.AggregationTemporality.add(row.temporality)
  c.IsMonotonic.add(row.monotonic ? 1 : 0)
  block.endRow(row.time[0])
}

export function addHistogramRow(block: Block<typeof OTEL_METRICS_HISTOGRAM>, row: HistogramRow): void {
  const c = block.columns
  addPoint(c, row)
  addExemplars(c, row.exemplars)
  addDistribution(c, row)
  addIntegers(c.BucketCounts, row.bucketCounts)
  for (const bound of row.bounds) c.ExplicitBounds.items.add(bound)
  c.ExplicitBounds.end(row.bounds.length)
  block.endRow(row.time[0])
}

export function addExponentialHistogramRow(
  block: Block<typeof OTEL_METRICS_EXPONENTIAL_HISTOGRAM>,
  row: ExponentialHistogramRow,
): void {
  const c = block.columns
  addPoint(c, row)
  addExemplars(c, row.exemplars)
  addDistribution(c, row)
  c.Scale.add(row.scale)
  c.ZeroCount.add(row.zeroCount)
  c.PositiveOffset.add(row.positiveOffset)
  addIntegers(c.PositiveBucketCounts, row.positiveCounts)
  c.NegativeOffset.add(row.negativeOffset)
  addIntegers(c.NegativeBucketCounts, row.negativeCounts)
  block.endRow(row.time[0])
}

export function addSummaryRow(block: Block<typeof OTEL_METRICS_SUMMARY>, row: SummaryRow): void {
  const c = block.columns
  addPoint(c, row)
  c.Count.add(row.count)
  c.Sum.add(row.sum)
  for (const { quantile, value } of row.quantiles) {
    c['ValueAtQuantiles.Quantile'].items.add(quantile)
    c['ValueAtQuantiles.Value'].items.add(value)
  }
  c['ValueAtQuantiles.Quantile'].end(row.quantiles.length)
  c['ValueAtQuantiles.Value'].end(row.quantiles.length)
  block.endRow(row.time[0])
}

function addPoint(c: PointColumns, row: PointRow): void {
  const { source } = row
  const start = storableTime(row.start)
  const time = storableTime(row.time)
  c.ResourceAttributes.add(source.resource)
  c.ResourceSchemaUrl.add(source.resourceSchemaUrl)
  c.ScopeName.add(source.scopeName)
  c.ScopeVersion.add(source.scopeVersion)
  c.ScopeAttributes.add(source.scopeAttributes)
  c.ScopeDroppedAttrCount.add(source.scopeDroppedAttributes)
  c.ScopeSchemaUrl.add(source.scopeSchemaUrl)
  c.ServiceName.add(source.serviceName)
  c.MetricName.add(row.name)
  c.MetricDescription.add(row.description)
  c.MetricUnit.add(row.unit)
  c.Attributes.add(row.attributes)
  c.StartTimeUnix.add(start[0], start[1])
  c.TimeUnix.add(time[0], time[1])
  c.Flags.add(row.flags)
}

function addExemplars(c: ExemplarColumns, exemplars: readonly ExemplarRow[]): void {
  for (const exemplar of exemplars) {
    const time = storableTime(exemplar.time)
    c['Exemplars.FilteredAttributes'].items.add(exemplar.attributes)
    c['Exemplars.TimeUnix'].items.add(time[0], time[1])
    c['Exemplars.Value'].items.add(exemplar.value)
    c['Exemplars.SpanId'].items.add(exemplar.spanId)
    c['Exemplars.TraceId'].items.add(exemplar.traceId)
  }
  const count = exemplars.length
  c['Exemplars.FilteredAttributes'].end(count)
  c['Exemplars.TimeUnix'].end(count)
  c['Exemplars.Value'].end(count)
  c['Exemplars.SpanId'].end(count)
  c['Exemplars.TraceId'].end(count)
}

type DistributionColumns = Pick<
  ColumnsOf<typeof OTEL_METRICS_HISTOGRAM>,
  'Count' | 'Sum' | 'Min' | 'Max' | 'AggregationTemporality'
>

function addDistribution(c: DistributionColumns, row: DistributionRow): void {
  c.Count.add(row.count)
  c.Sum.add(row.sum)
  c.Min.add(row.min)
  c.Max.add(row.max)
  c.AggregationTemporality.add(row.temporality)
}

function addIntegers(
  column: ColumnsOf<typeof OTEL_METRICS_HISTOGRAM>['BucketCounts'],
  values: readonly (number | bigint)[],
): void {
  for (const value of values) column.items.add(value)
  column.end(values.length)
}
