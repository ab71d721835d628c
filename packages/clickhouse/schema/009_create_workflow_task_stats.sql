-- A day of a task in numbers. Whole days are computed anew whenever something of them arrived, so that repeated and late
-- records never count twice. Few rows a granule, as the states of all rows of a granule are read even where one is asked for.
CREATE TABLE IF NOT EXISTS workflow_task_stats (
  {{columns workflow_task_stats}}
) ENGINE = ReplacingMergeTree(computed)
ORDER BY (workflow, node_id, day, version)
SETTINGS index_granularity = 32;

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_task_stats_mv
REFRESH EVERY 1 MINUTE APPEND TO workflow_task_stats
AS {{roll up}};
