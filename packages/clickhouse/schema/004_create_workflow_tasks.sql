-- One row an attempt of a task. By day, because by month a run's tasks read four times as many rows.
CREATE TABLE IF NOT EXISTS workflow_tasks (
  {{columns workflow_tasks}},
  INDEX by_seen seen TYPE minmax GRANULARITY 4
) ENGINE = ReplacingMergeTree(ver)
PARTITION BY toDate(start)
PRIMARY KEY (workflow, node_id, start)
ORDER BY (workflow, node_id, start, task_id, attempt)
SETTINGS {{deduplicate}};

-- Attempts whose run only their parent span tells, and the spans that tell it: see 008.
CREATE TABLE IF NOT EXISTS workflow_unplaced_tasks (
  {{columns workflow_unplaced_tasks}},
  INDEX by_seen seen TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(ver)
PARTITION BY toDate(start)
ORDER BY (trace_id, parent_span_id, node_id, start, task_id, attempt)
TTL toDate(start) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, {{deduplicate}};

CREATE TABLE IF NOT EXISTS workflow_run_spans (
  {{columns workflow_run_spans}},
  INDEX by_seen seen TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree
ORDER BY (trace_id, span_id)
TTL toDate(seen) + INTERVAL 30 DAY
SETTINGS {{deduplicate}};
