-- Which run a run tries again, and how far an open task said it was.
ALTER TABLE workflow_runs ADD COLUMN IF NOT EXISTS retry_of SimpleAggregateFunction(max, String) CODEC(ZSTD(1)) AFTER parent_run_id;

ALTER TABLE workflow_open ADD COLUMN IF NOT EXISTS latest_progress SimpleAggregateFunction(max, {{progress}}) CODEC(ZSTD(1));
