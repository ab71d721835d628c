-- One row a run, merged from its own spans, its tasks' spans and log records, in any order and any number.
CREATE TABLE IF NOT EXISTS workflow_runs (
  {{columns workflow_runs}}
) ENGINE = AggregatingMergeTree
ORDER BY run_id
SETTINGS {{deduplicate}};

-- Starts and signs of life are log records; ends are spans.
CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_runs_log_mv TO workflow_runs
AS SELECT LogAttributes['workflow.run.id'] AS run_id, run_id AS run_key, 'runspan' AS engine,
  max(toLowCardinality(LogAttributes['workflow.name'])) AS workflow,
  max(bitOr(bitShiftLeft(toUInt64(greatest(0, intDiv(toUnixTimestamp64Nano(Timestamp), 1000))), 4), toUInt64(1))) AS state,
  min(if({{run started}}, toDateTime64(Timestamp, 9, 'UTC'), {{no start}})) AS own_start, {{no end}} AS own_end,
  {{no start}} AS first_task, {{no end}} AS last_task, max(toDateTime64(Timestamp, 9, 'UTC')) AS last_seen,
  max(toLowCardinality(ResourceAttributes['service.version'])) AS version, max(ServiceName) AS service,
  max(toLowCardinality(ResourceAttributes['service.instance.id'])) AS instance, max(TraceId) AS trace_id,
  max(LogAttributes['workflow.run.parent.id']) AS parent_run_id, max(LogAttributes['workflow.run.retry_of']) AS retry_of, max(toLowCardinality(LogAttributes['workflow.run.trigger'])) AS trigger,
  max(LogAttributes['workflow.run.tags']) AS tags, max(LogAttributes['workflow.run.metadata']) AS metadata, '' AS error
FROM otel_logs WHERE ScopeName = 'runspan' AND LogAttributes['workflow.run.id'] != ''
GROUP BY run_id;
