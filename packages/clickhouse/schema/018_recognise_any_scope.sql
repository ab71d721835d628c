-- Spans of any scope that say which run and task they are become runs and tasks, by a rule of their own.
{{rule views}}
