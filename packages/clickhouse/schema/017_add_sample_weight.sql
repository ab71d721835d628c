-- How many runs a run stands for where a sampler left others out: 0 where nothing was said, under 1 where nobody knows.
ALTER TABLE workflow_runs ADD COLUMN IF NOT EXISTS sample_weight SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1));
