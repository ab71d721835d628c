-- The largest attempts of a day, whichever way they ended: where the largest of all are to be looked for.
ALTER TABLE workflow_task_stats ADD COLUMN IF NOT EXISTS longest_ns UInt64 CODEC(ZSTD(1));

ALTER TABLE workflow_task_stats ADD COLUMN IF NOT EXISTS max_cpu_ns Float64 CODEC(ZSTD(1));

ALTER TABLE workflow_task_stats ADD COLUMN IF NOT EXISTS max_disk_bytes Float64 CODEC(ZSTD(1));

ALTER TABLE workflow_task_stats ADD COLUMN IF NOT EXISTS max_network_bytes Float64 CODEC(ZSTD(1));

-- Days that are over are merged to one part each within a day, so that reading them FINAL costs nothing.
ALTER TABLE workflow_tasks MODIFY SETTING min_age_to_force_merge_seconds = 21600, min_age_to_force_merge_on_partition_only = 1;
