-- Metric points: the OpenTelemetry collector's own tables, one a kind of point. Their indexes are the same.
CREATE TABLE IF NOT EXISTS otel_metrics_gauge (
  {{columns otel_metrics_gauge}},
  {{metric indexes}}
) ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, {{deduplicate}};

CREATE TABLE IF NOT EXISTS otel_metrics_sum (
  {{columns otel_metrics_sum}},
  {{metric indexes}}
) ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, {{deduplicate}};

CREATE TABLE IF NOT EXISTS otel_metrics_histogram (
  {{columns otel_metrics_histogram}},
  {{metric indexes}}
) ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, {{deduplicate}};

CREATE TABLE IF NOT EXISTS otel_metrics_exponential_histogram (
  {{columns otel_metrics_exponential_histogram}},
  {{metric indexes}}
) ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, {{deduplicate}};

CREATE TABLE IF NOT EXISTS otel_metrics_summary (
  {{columns otel_metrics_summary}},
  {{metric indexes}}
) ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, {{deduplicate}};
