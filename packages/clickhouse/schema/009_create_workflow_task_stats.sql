-- A day of a task in numbers. Whole days are computed anew whenever something of them arrived, so that repeated and late
-- records never count twice.
CREATE TABLE IF NOT EXISTS workflow_task_stats (
  {{columns workflow_task_stats}}
) ENGINE = ReplacingMergeTree(computed)
ORDER BY (workflow, node_id, day, version);

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_task_stats_mv
REFRESH EVERY 1 MINUTE APPEND TO workflow_task_stats
AS SELECT workflow, node_id, toDate(start) AS day, version, now() AS computed,
  countIf(status IN ('completed', 'failed', 'cancelled')) AS n, countIf(status = 'completed') AS completed, countIf(status = 'failed') AS failed,
  countIf(status = 'skipped') AS skipped, countIf(status = 'cancelled') AS cancelled, countIf(attempt > 1) AS retries,
  sumIf(t.duration_ns, status IN ('completed', 'failed')) AS duration_ns, countIf(attempt = 1 AND status IN ('completed', 'failed')) AS first_attempts,
  sumIf(t.queue_ns, attempt = 1 AND status IN ('completed', 'failed')) AS queue_ns, maxIf(t.duration_ns, status IN ('completed', 'failed')) AS max_ns,
  sum(cpu_user_ns + cpu_system_ns) AS cpu_ns,
  sum(t.memory_peak_bytes / 1e9 * t.duration_ns / 1e9 / greatest(concurrency, 1)) AS gigabyte_seconds,
  max(t.memory_peak_bytes) AS memory_peak_bytes, sumIf(t.duration_ns, status = 'failed') AS failed_ns,
  ifNotFinite(finalizeAggregation(durations)[1], 0) AS p50_ns, ifNotFinite(finalizeAggregation(durations)[2], 0) AS p95_ns,
  quantilesDDStateIf(0.01, 0.5, 0.95, 0.99)(toFloat64(t.duration_ns), status IN ('completed', 'failed')) AS durations
FROM workflow_tasks AS t FINAL
WHERE toDate(start) IN (SELECT DISTINCT toDate(start) FROM workflow_tasks WHERE seen > now() - 600)
GROUP BY workflow, node_id, day, version
SETTINGS do_not_merge_across_partitions_select_final = 1, prefer_column_name_to_alias = 1;
