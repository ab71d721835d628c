/** Spans, as the OpenTelemetry collector stores them. */
export const OTEL_TRACES = [
  { name: 'Timestamp', type: 'DateTime64(9)', codec: 'Delta(8), ZSTD(1)' },
  { name: 'TraceId', type: 'String', codec: 'ZSTD(1)' },
  { name: 'SpanId', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ParentSpanId', type: 'String', codec: 'ZSTD(1)' },
  { name: 'TraceState', type: 'String', codec: 'ZSTD(1)' },
  { name: 'SpanName', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'SpanKind', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'ServiceName', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'ResourceAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'ScopeName', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ScopeVersion', type: 'String', codec: 'ZSTD(1)' },
  { name: 'SpanAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'Duration', type: 'UInt64', codec: 'ZSTD(1)' },
  { name: 'StatusCode', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'StatusMessage', type: 'String', codec: 'ZSTD(1)' },
  { name: 'Events.Timestamp', type: 'Array(DateTime64(9))', codec: 'ZSTD(1)' },
  { name: 'Events.Name', type: 'Array(LowCardinality(String))', codec: 'ZSTD(1)' },
  { name: 'Events.Attributes', type: 'Array(Map(LowCardinality(String), String))', codec: 'ZSTD(1)' },
  { name: 'Links.TraceId', type: 'Array(String)', codec: 'ZSTD(1)' },
  { name: 'Links.SpanId', type: 'Array(String)', codec: 'ZSTD(1)' },
  { name: 'Links.TraceState', type: 'Array(String)', codec: 'ZSTD(1)' },
  { name: 'Links.Attributes', type: 'Array(Map(LowCardinality(String), String))', codec: 'ZSTD(1)' },
] as const

/** Time range of each trace: without a row here the Grafana data source shows nothing of the trace. */
export const OTEL_TRACES_TRACE_ID_TS = [
  { name: 'TraceId', type: 'String', codec: 'ZSTD(1)' },
  { name: 'Start', type: 'DateTime', sent: 'DateTime64(9)', codec: 'Delta(4), ZSTD(1)' },
  { name: 'End', type: 'DateTime', sent: 'DateTime64(9)', codec: 'Delta(4), ZSTD(1)' },
] as const
