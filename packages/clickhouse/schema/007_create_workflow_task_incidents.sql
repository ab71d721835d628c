-- What went wrong, apart: failed, lost and cancelled attempts, and retries.
CREATE TABLE IF NOT EXISTS workflow_task_incidents (
  {{columns workflow_task_incidents}}
) ENGINE = ReplacingMergeTree(ver)
PARTITION BY toYYYYMM(start)
ORDER BY (workflow, node_id, start, task_id, attempt)
SETTINGS {{deduplicate}};

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_task_incidents_mv TO workflow_task_incidents
AS SELECT {{names workflow_task_incidents}}
FROM workflow_tasks WHERE status IN ('failed', 'lost', 'cancelled') OR attempt > 1;
