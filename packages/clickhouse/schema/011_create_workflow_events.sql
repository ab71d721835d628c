-- What happened, in the order in which it arrived, for those who follow it. Block numbers are the position. A backfill is no news.
CREATE TABLE IF NOT EXISTS workflow_events (
  {{columns workflow_events}}
) ENGINE = MergeTree
PARTITION BY toDate(seen)
ORDER BY (time, run_id, task_id, attempt, kind)
TTL toDate(seen) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, {{deduplicate}};

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_events_tasks_mv TO workflow_events
AS SELECT fromUnixTimestamp64Nano(toInt64(toUnixTimestamp64Nano(start) + duration_ns), 'UTC') AS time, concat('task.', toString(status)) AS kind,
  workflow, run_id, node_id, task_id, attempt, duration_ns, error_type, error_message AS error
FROM workflow_tasks WHERE status IN ('completed', 'failed', 'skipped', 'cancelled') AND {{not a backfill}};

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_events_runs_mv TO workflow_events
AS SELECT multiIf(kind = 'run.started', own_start, own_end > {{no end}}, own_end, fromUnixTimestamp64Micro(toInt64(bitAnd(bitShiftRight(state, 4), 288230376151711743)), 'UTC')) AS time,
  multiIf(bitAnd(state, 15) < {{lost}}, 'run.started', concat('run.', {{statuses}}[bitAnd(state, 15) + 1])) AS kind, workflow, run_id, 1 AS attempt,
  if(kind = 'run.started' OR own_start = {{no start}}, 0, greatest(0, toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(own_start))) AS duration_ns, error
FROM workflow_runs WHERE (bitAnd(state, 15) >= {{lost}} OR (own_start < {{no start}} AND own_end = {{no end}})) AND {{not a backfill}};

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_events_log_mv TO workflow_events
AS SELECT toDateTime64(Timestamp, 9, 'UTC') AS time, if(LogAttributes['workflow.task.progress.done'] = '', 'task.started', 'task.progress') AS kind,
  LogAttributes['workflow.name'] AS workflow, LogAttributes['workflow.run.id'] AS run_id, LogAttributes['workflow.task.id'] AS node_id, SpanId AS task_id,
  greatest(1, toUInt16OrZero(LogAttributes['workflow.task.attempt'])) AS attempt, toFloat64OrZero(LogAttributes['workflow.task.progress.done']) AS done,
  ifNull(toFloat64OrNull(LogAttributes['workflow.task.progress.total']), nan) AS total, LogAttributes['workflow.task.progress.message'] AS error
FROM otel_logs WHERE ScopeName = 'runspan' AND LogAttributes['workflow.run.id'] != '' AND LogAttributes['workflow.task.id'] != '';
