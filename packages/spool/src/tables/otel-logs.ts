/** Log records, as the OpenTelemetry collector stores them. */
export const OTEL_LOGS = [
  { name: 'Timestamp', type: 'DateTime64(9)', codec: 'Delta(8), ZSTD(1)' },
  { name: 'TraceId', type: 'String', codec: 'ZSTD(1)' },
  { name: 'SpanId', type: 'String', codec: 'ZSTD(1)' },
  { name: 'TraceFlags', type: 'UInt8' },
  { name: 'SeverityText', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'SeverityNumber', type: 'UInt8' },
  { name: 'ServiceName', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'Body', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ResourceSchemaUrl', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'ResourceAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'ScopeSchemaUrl', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'ScopeName', type: 'String', codec: 'ZSTD(1)' },
  { name: 'ScopeVersion', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'ScopeAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'LogAttributes', type: 'Map(LowCardinality(String), String)', codec: 'ZSTD(1)' },
  { name: 'EventName', type: 'String', codec: 'ZSTD(1)' },
] as const

/** Columns the server fills from the resource; `SELECT *` leaves them out. */
export const OTEL_LOGS_MATERIALIZED = [
  {
    name: '__otel_materialized_k8s.cluster.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.cluster.name']",
  },
  {
    name: '__otel_materialized_k8s.container.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.container.name']",
  },
  {
    name: '__otel_materialized_k8s.deployment.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.deployment.name']",
  },
  {
    name: '__otel_materialized_k8s.namespace.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.namespace.name']",
  },
  {
    name: '__otel_materialized_k8s.node.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.node.name']",
  },
  {
    name: '__otel_materialized_k8s.pod.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.pod.name']",
  },
  {
    name: '__otel_materialized_k8s.pod.uid',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['k8s.pod.uid']",
  },
  {
    name: '__otel_materialized_deployment.environment.name',
    type: 'LowCardinality(String)',
    codec: 'ZSTD(1)',
    materialized: "ResourceAttributes['deployment.environment.name']",
  },
] as const
