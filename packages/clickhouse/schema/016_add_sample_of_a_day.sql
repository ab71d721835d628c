-- Some attempts of each day, by which weeks are compared.
ALTER TABLE workflow_task_stats ADD COLUMN IF NOT EXISTS sample Array(UInt64) CODEC(ZSTD(1));
