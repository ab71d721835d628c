/** Hashes of the files of `schema/` as databases have them. Add a line for a new file; change none. */
export const APPLIED_FILES: Readonly<Record<string, string>> = {
  '001_create_otel_traces.sql': '8ca5d27d4cc0ddbe',
  '002_create_otel_logs.sql': '94ea7d44d723e7b0',
  '003_create_otel_metrics.sql': 'b10faaa0b01d881f',
  '004_create_workflow_tasks.sql': '4e0b873b24edde00',
  '005_create_workflow_runs.sql': 'adf09e3e3de19f9b',
  '006_create_workflow_open.sql': 'f9ae8ec75a8d4ca5',
  '007_create_workflow_task_incidents.sql': 'bd728786e910b85f',
  '008_create_rule_views.sql': 'd70e3ccb03285447',
  '009_create_workflow_task_stats.sql': '1ee94d98531a75c5',
  '010_add_retries_and_progress.sql': '4bebf163dbc807e8',
  '011_create_workflow_events.sql': '52f18d7369526bc1',
  '012_add_own_cpu.sql': '8d7de02e628ad83a',
  '013_create_workflow_removals.sql': '23079be751ddcae1',
  '014_add_largest_of_a_day.sql': 'ec169fbf113b9932',
  '015_index_runs_by_time.sql': 'b5a1925a85d4f1f3',
  '016_add_sample_of_a_day.sql': 'b7ef2dd846f7eab7',
  '017_add_sample_weight.sql': '241076e34c42d82e',
  '018_recognise_any_scope.sql': '0607b5fae8f1b204',
  '019_read_old_status_codes.sql': '18508e1f19b01c54',
  '020_tell_installations_apart.sql': '738d62dbf4483ff3',
  '021_keep_what_the_last_record_says.sql': '277655b2f6753437',
  '022_list_run_values_once.sql': '807cf968a1d35501',
}

/** Hash of all statements, with the rules compiled into them, by the version of the schema. Add a line for a new version; change none. */
export const STATEMENTS_BY_VERSION: Readonly<Record<string, string>> = {
  16: '167d6e2b51bfddc8',
  17: '728d5ddfff1b45cf',
  18: 'ffcbcbb5bc073e66',
  19: 'f64bb2ad73ae9299',
  20: '148f07f1dad4507b',
  21: 'a90b939f545139f2',
  22: '92157a9b9650d1cf',
}
