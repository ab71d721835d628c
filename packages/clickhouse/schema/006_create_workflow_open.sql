-- Runs and tasks that began, and their last sign of life: what is running, and what died silently.
CREATE TABLE IF NOT EXISTS workflow_open (
  {{columns workflow_open}}
) ENGINE = AggregatingMergeTree
ORDER BY (run_id, task_id, attempt)
TTL day + INTERVAL 30 DAY
SETTINGS {{deduplicate}};

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_open_mv TO workflow_open
AS SELECT LogAttributes['workflow.run.id'] AS run_id, if(LogAttributes['workflow.task.id'] = '', '', SpanId) AS task_id,
  greatest(1, toUInt16OrZero(LogAttributes['workflow.task.attempt'])) AS attempt, min(toDate(Timestamp)) AS day,
  max(toLowCardinality(LogAttributes['workflow.name'])) AS workflow, max(toLowCardinality(LogAttributes['workflow.task.id'])) AS node_id,
  min(toDateTime64(Timestamp, 9, 'UTC')) AS start, max(toDateTime64(Timestamp, 9, 'UTC')) AS last_seen,
  max(if(LogAttributes['workflow.task.progress.done'] = '', {{no progress}}, (toDateTime64(Timestamp, 9, 'UTC'), toFloat64OrZero(LogAttributes['workflow.task.progress.done']),
    ifNull(toFloat64OrNull(LogAttributes['workflow.task.progress.total']), nan), LogAttributes['workflow.task.progress.message'])::{{progress}})) AS latest_progress
FROM otel_logs WHERE ScopeName = 'runspan' AND LogAttributes['workflow.run.id'] != ''
GROUP BY run_id, task_id, attempt;
