-- Error and reason are of the record that decides: what a run that was lost and then ended said of its loss is no more.
ALTER TABLE workflow_runs ADD COLUMN IF NOT EXISTS outcome SimpleAggregateFunction(max, String) CODEC(ZSTD(1));

{{rule views}}

-- A record that says lost is a guess, and may be taken back.
CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_task_incidents_mv TO workflow_task_incidents
AS SELECT {{names workflow_task_incidents}}
FROM workflow_tasks WHERE status IN ('failed', 'cancelled') OR attempt > 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_events_runs_mv TO workflow_events
AS SELECT multiIf(kind = 'run.started', own_start, own_end > {{no end}}, own_end, fromUnixTimestamp64Micro(toInt64(bitAnd(bitShiftRight(state, 4), 288230376151711743)), 'UTC')) AS time,
  multiIf(bitAnd(state, 15) < {{lost}}, 'run.started', concat('run.', {{statuses}}[bitAnd(state, 15) + 1])) AS kind, workflow, run_id, 1 AS attempt,
  if(kind = 'run.started' OR own_start = {{no start}}, 0, greatest(0, toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(own_start))) AS duration_ns, substring(outcome, 17) AS error
FROM workflow_runs WHERE (bitAnd(state, 15) >= {{lost}} OR (own_start < {{no start}} AND own_end = {{no end}})) AND {{not a backfill}};
