-- What makes a span a run or a task is data: one file a source in src/rules, compiled into these views.
{{rule views}}

-- Tasks find their run by their parent span once that has arrived; what is placed already is left alone.
CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_tasks_placed_mv
REFRESH EVERY 5 SECOND APPEND TO workflow_tasks
AS {{place tasks}};
