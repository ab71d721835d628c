-- A day of a task in numbers. Whole days are computed anew whenever something of them arrived, so that repeated and late
-- records never count twice. The states of all rows of a granule are read even where one is asked for: so few rows a granule,
-- and days first, as the last weeks of all workflows are asked for most.
CREATE TABLE IF NOT EXISTS workflow_task_stats (
  {{columns workflow_task_stats}}
) ENGINE = ReplacingMergeTree(computed)
ORDER BY (day, workflow, node_id, version)
SETTINGS index_granularity = 32;

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_task_stats_mv
REFRESH EVERY 1 MINUTE APPEND TO workflow_task_stats
AS {{roll up}};
