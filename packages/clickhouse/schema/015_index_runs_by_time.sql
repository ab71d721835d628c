-- Runs of the last days without reading all others: ids of Runspan's own runs begin with their time.
ALTER TABLE workflow_runs ADD INDEX IF NOT EXISTS by_start own_start TYPE minmax GRANULARITY 1;

ALTER TABLE workflow_runs ADD INDEX IF NOT EXISTS by_latest greatest(own_end, last_task, last_seen) TYPE minmax GRANULARITY 1;

ALTER TABLE workflow_runs ADD INDEX IF NOT EXISTS by_engine engine TYPE minmax GRANULARITY 1;

ALTER TABLE workflow_runs MATERIALIZE INDEX by_start;

ALTER TABLE workflow_runs MATERIALIZE INDEX by_latest;

ALTER TABLE workflow_runs MATERIALIZE INDEX by_engine;
