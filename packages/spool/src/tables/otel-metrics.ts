// Metric points as the OpenTelemetry collector stores them. New installations store whole seconds, older ones nanoseconds: we
// send nanoseconds and the server converts.

/** First columns of every metric table. */
const POINT = [
  { name: 'ResourceAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'ResourceSchemaUrl', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ScopeName', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ScopeVersion', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ScopeAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'ScopeDroppedAttrCount', type: 'UInt32', codec: 'ZSTD(1)' },
  { name: 'ScopeSchemaUrl', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ServiceName', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'MetricName', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'MetricDescription', type: 'String', codec: 'ZSTD(1)' },
  { name: 'MetricUnit', type: 'String', codec: 'ZSTD(1)' },
  { name: 'Attributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'StartTimeUnix', type: 'DateTime', sent: 'DateTime64(9)', codec: 'Delta(4), ZSTD(1)' },
  { name: 'TimeUnix', type: 'DateTime', sent: 'DateTime64(9)', codec: 'Delta(4), ZSTD(1)' },
] as const

const FLAGS = [{ name: 'Flags', type: 'UInt32', codec: 'ZSTD(1)' }] as const

const EXEMPLARS = [
  { name: 'Exemplars.FilteredAttributes', type: 'Array(Map(LowCardinality(String), String))', codec: 'ZSTD(1)' },
  { name: 'Exemplars.TimeUnix', type: 'Array(DateTime)', sent: 'Array(DateTime64(9))', codec: 'ZSTD(1)' },
  { name: 'Exemplars.Value', type: 'Array(Float64)', codec: 'ZSTD(1)' },
  { name: 'Exemplars.SpanId', type: 'Array(String)', codec: 'ZSTD(1)' },
  { name: 'Exemplars.TraceId', type: 'Array(String)', codec: 'ZSTD(1)' },
] as const

const NUMBER = [{ name: 'Value', type: 'Float64', codec: 'ZSTD(1)' }] as const

const TOTALS = [
  { name: 'Count', type: 'UInt64', codec: 'Delta(8), ZSTD(1)' },
  { name: 'Sum', type: 'Float64', codec: 'ZSTD(1)' },
] as const

const RANGE = [
  { name: 'Min', type: 'Float64', codec: 'ZSTD(1)' },
  { name: 'Max', type: 'Float64', codec: 'ZSTD(1)' },
] as const

const TEMPORALITY = [{ name: 'AggregationTemporality', type: 'Int32', codec: 'ZSTD(1)' }] as const

const MONOTONIC = [{ name: 'IsMonotonic', type: 'Bool', codec: 'Delta(1), ZSTD(1)' }] as const

const BUCKETS = [
  { name: 'BucketCounts', type: 'Array(UInt64)', codec: 'ZSTD(1)' },
  { name: 'ExplicitBounds', type: 'Array(Float64)', codec: 'ZSTD(1)' },
] as const

const EXPONENTIAL_BUCKETS = [
  { name: 'Scale', type: 'Int32', codec: 'ZSTD(1)' },
  { name: 'ZeroCount', type: 'UInt64', codec: 'ZSTD(1)' },
  { name: 'PositiveOffset', type: 'Int32', codec: 'ZSTD(1)' },
  { name: 'PositiveBucketCounts', type: 'Array(UInt64)', codec: 'ZSTD(1)' },
  { name: 'NegativeOffset', type: 'Int32', codec: 'ZSTD(1)' },
  { name: 'NegativeBucketCounts', type: 'Array(UInt64)', codec: 'ZSTD(1)' },
] as const

const QUANTILES = [
  { name: 'ValueAtQuantiles.Quantile', type: 'Array(Float64)', codec: 'ZSTD(1)' },
  { name: 'ValueAtQuantiles.Value', type: 'Array(Float64)', codec: 'ZSTD(1)' },
] as const

export const OTEL_METRICS_GAUGE: readonly [...typeof POINT, ...typeof NUMBER, ...typeof FLAGS, ...typeof EXEMPLARS] = [
  ...POINT,
  ...NUMBER,
  ...FLAGS,
  ...EXEMPLARS,
]

export const OTEL_METRICS_SUM: readonly [...typeof OTEL_METRICS_GAUGE, ...typeof TEMPORALITY, ...typeof MONOTONIC] = [
  ...OTEL_METRICS_GAUGE,
  ...TEMPORALITY,
  ...MONOTONIC,
]

export const OTEL_METRICS_HISTOGRAM: readonly [
  ...typeof POINT,
  ...typeof TOTALS,
  ...typeof BUCKETS,
  ...typeof EXEMPLARS,
  ...typeof FLAGS,
  ...typeof RANGE,
  ...typeof TEMPORALITY,
] = [...POINT, ...TOTALS, ...BUCKETS, ...EXEMPLARS, ...FLAGS, ...RANGE, ...TEMPORALITY]

export const OTEL_METRICS_EXPONENTIAL_HISTOGRAM: readonly [
  ...typeof POINT,
  ...typeof TOTALS,
  ...typeof EXPONENTIAL_BUCKETS,
  ...typeof EXEMPLARS,
  ...typeof FLAGS,
  ...typeof RANGE,
  ...typeof TEMPORALITY,
] = [...POINT, ...TOTALS, ...EXPONENTIAL_BUCKETS, ...EXEMPLARS, ...FLAGS, ...RANGE, ...TEMPORALITY]

export const OTEL_METRICS_SUMMARY: readonly [...typeof POINT, ...typeof TOTALS, ...typeof QUANTILES, ...typeof FLAGS] =
  [...POINT, ...TOTALS, ...QUANTILES, ...FLAGS]
