-- CPU time of the task itself, where it is attributed; 0 where it is not.
ALTER TABLE workflow_tasks ADD COLUMN IF NOT EXISTS cpu_own_ns UInt64 CODEC(ZSTD(1)) AFTER cpu_system_ns;

ALTER TABLE workflow_unplaced_tasks ADD COLUMN IF NOT EXISTS cpu_own_ns UInt64 CODEC(ZSTD(1)) AFTER cpu_system_ns;
