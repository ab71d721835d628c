-- A day of a task in numbers. Whole days are computed anew whenever something of them arrived, so that repeated and late
-- records never count twice.
CREATE TABLE IF NOT EXISTS workflow_task_stats (
  {{columns workflow_task_stats}}
) ENGINE = ReplacingMergeTree(computed)
ORDER BY (workflow, node_id, day, version);

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_task_stats_mv
REFRESH EVERY 1 MINUTE APPEND TO workflow_task_stats
AS {{roll up}};
