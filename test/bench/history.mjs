import { progress } from './measure.mjs'

/*
 * Ninety days of runs, generated inside ClickHouse and inserted into `otel_traces` a day at a time, so that the views fill
 * the other tables as in production: 40 workflows of 20 tasks in five layers of four, each waiting for one of the previous
 * layer; lognormal durations, failures, retries. Random numbers are hashes of run and task.
 */
export const DAYS = 90
const WORKFLOWS = 40

/** Returns SQL of a number in (0, 1) that depends on the hashed values. */
const uniform = (...what) => `((cityHash64(${what.join(', ')}) % 1000003 + 0.5) / 1000003)`
const LOGNORMAL = `exp(0.7 * sqrt(-2 * log(${uniform('run', 'i', "'a'")})) * cos(6.283185 * ${uniform('run', 'i', "'b'")}))`

const SQL = `
INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage)
SELECT fromUnixTimestamp64Nano(toInt64(begin + at), 'UTC'), lower(hex(MD5(toString(run)))), lower(hex(cityHash64(run, i, attempt, 'span'))), if(i = 20, '', lower(hex(cityHash64(run, 20, 1, 'span')))),
  if(i = 20, workflow, node), 'Internal', service,
  map('host.name', concat('worker-', toString(run % 8)), 'process.pid', toString(4000 + run % 8), 'service.instance.id', concat('instance-', toString(run % 8)), 'service.name', service, 'service.version', version, 'telemetry.sdk.language', 'nodejs'),
  'runspan', '0.1.0',
  if(i = 20,
    map('workflow.name', workflow, 'workflow.run.id', run_id, 'workflow.run.metadata', concat('{"batch":', toString(run), '}'), 'workflow.run.status', if(bad > 0, 'failed', 'completed'), 'workflow.run.tags', '["eu"]', 'workflow.run.trigger', 'schedule'),
    map('app.object.key', concat('s3://lake/', run_id, '/', toString(i)), 'process.cpu.time.system', toString(cityHash64(run, i, 's') % 40000 / 1e6), 'process.cpu.time.user', toString(cityHash64(run, i, 'u') % 900000 / 1e6),
      'process.disk.io.read', toString(cityHash64(run, i, 'r') % 9000000), 'process.memory.peak', toString(60000000 + cityHash64(run, i, 'm') % 90000 * 4096), 'workflow.name', workflow, 'workflow.run.id', run_id,
      'workflow.task.attempt', toString(attempt), 'workflow.task.concurrency', '4', 'workflow.task.dependencies', if(i < 4, '', concat('["', workflow, '-', toString(i - 4), '"]')),
      'workflow.task.id', node, 'workflow.task.queue_time', toString(cityHash64(run, i, 'q') % 200000 / 1e6), 'workflow.task.status', if(failed, 'failed', 'completed'))),
  toUInt64(took), if(i = 20 AND bad > 0 OR failed, 'Error', 'Ok'), if(failed, concat('connection to 10.0.', toString(i), '.7 refused after ', toString(cityHash64(run, i, 'e') % 10000), ' ms'), '')
FROM (
  SELECT run, run_id, begin, workflow, concat('team-', toString(cityHash64(workflow) % 4)) AS service, concat('4.', toString({day:UInt32} % 90)) AS version, bad, x.1 AS i, x.2 AS attempt, x.3 AS at, x.4 AS took, x.5 AS failed,
    concat(workflow, '-', toString(i)) AS node
  FROM (
    SELECT {day:UInt32} * 1000000 + number AS run, concat('workflow-', leftPad(toString(cityHash64(run, 'w') % ${WORKFLOWS}), 2, '0')) AS workflow,
      {start:Float64} + ${uniform('run', "'t'")} * 86e12 AS begin,
      lower(hex(toUInt64(begin / 1e6))) AS h, lower(hex(MD5(concat('id', toString(run))))) AS m,
      concat(substring(h, 1, 8), '-', substring(h, 9, 4), '-7', substring(m, 1, 3), '-9', substring(m, 4, 3), '-', substring(m, 7, 12)) AS run_id,
      arrayMap(i -> 2e9 * ${LOGNORMAL} * (1 + cityHash64(workflow, i) % 5), range(20)) AS durations,
      arrayMap(l -> arrayMax(arraySlice(durations, l * 4 + 1, 4)), range(5)) AS layers,
      arrayPushFront(arrayCumSum(layers), 0) AS starts,
      arrayMap(i -> cityHash64(run, i, 'f') % 40 = 0, range(20)) AS retried, arrayMap(i -> cityHash64(run, i, 'g') % 500 = 0, range(20)) AS lost,
      arraySum(lost) AS bad,
      arrayJoin(arrayConcat(
        [(toUInt8(20), toUInt8(1), toFloat64(0), starts[6], false)],
        arrayMap(i -> (toUInt8(i), toUInt8(1), starts[intDiv(i, 4) + 1], durations[i + 1] * if(retried[i + 1], 0.3, 1), retried[i + 1] OR lost[i + 1]), range(20)),
        arrayMap(i -> (toUInt8(i), toUInt8(2), starts[intDiv(i, 4) + 1] + durations[i + 1] * 0.4, durations[i + 1] * 0.6, toBool(lost[i + 1])), arrayFilter(i -> retried[i + 1], range(20))))) AS x
    FROM numbers({runs:UInt64})
  )
)`

const METRICS = `
SELECT concat('team-', toString(s.number)) AS ServiceName, map('service.instance.id', concat('instance-', toString(n.number))) AS ResourceAttributes, toDateTime({start:Float64} / 1e9 + t.number) AS TimeUnix
FROM numbers(4) AS s, numbers(8) AS n, numbers(86400) AS t`

/** Fills a server's tables with `runs` runs in total. */
export async function makeHistory(clickhouse, runs) {
  const today = Math.floor(Date.now() / 86_400_000) * 86_400_000
  const perDay = Math.round(runs / DAYS)
  // a rollup every minute would be repeated; one at the end computes all
  await clickhouse.command('SYSTEM STOP VIEW workflow_task_stats_mv')
  for (let day = 0; day < DAYS; day++) {
    const start = (today - (DAYS - day) * 86_400_000) * 1e6
    await clickhouse.command(SQL, { day, start, runs: perDay }, BULK)
    if (day % 15 === 14) progress(`questions: ${day + 1} of ${DAYS} days made`)
  }
  // one day of host metrics, a sample a second of 32 processes: the day of the queried runs
  const start = (today - (DAYS - METRICS_DAY) * 86_400_000) * 1e6
  await clickhouse.command(
    `INSERT INTO otel_metrics_sum (ServiceName, ResourceAttributes, TimeUnix, StartTimeUnix, MetricName, Value, IsMonotonic, AggregationTemporality)
    SELECT ServiceName, ResourceAttributes, TimeUnix, toDateTime({start:Float64} / 1e9), 'process.memory.usage', 60e6 + rand() % 90000000, false, 2 FROM (${METRICS})`,
    { start },
    BULK,
  )
  await clickhouse.command('SYSTEM START VIEW workflow_task_stats_mv')
  await clickhouse.command('SYSTEM REFRESH VIEW workflow_task_stats_mv')
  await clickhouse.command('SYSTEM WAIT VIEW workflow_task_stats_mv')
}

/** Merges each past day to one part, which ClickHouse would do a quarter of a day later. */
export async function mergeDays(clickhouse) {
  for (const table of ['workflow_tasks', 'workflow_task_incidents', 'workflow_runs'])
    await clickhouse.command(`OPTIMIZE TABLE ${table} FINAL`)
}

const WIDE_SQL = `
INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode)
SELECT fromUnixTimestamp64Nano(toInt64({start:Float64} + if(number = 0, 0, number * 2e8)), 'UTC'), lower(hex(MD5('wide'))), lower(hex(cityHash64(number, 'wide'))), if(number = 0, '', lower(hex(cityHash64(0, 'wide')))),
  if(number = 0, 'wide', concat('step-', toString(number))), 'Internal', 'team-0', map('service.name', 'team-0', 'service.instance.id', 'instance-0'), 'runspan', '0.1.0',
  if(number = 0, map('workflow.name', 'wide', 'workflow.run.id', 'wide-run', 'workflow.run.status', 'completed'),
    map('workflow.name', 'wide', 'workflow.run.id', 'wide-run', 'workflow.task.id', concat('step-', toString(number)), 'workflow.task.status', 'completed', 'workflow.task.attempt', '1',
      'workflow.task.dependencies', if(number <= 20, '', concat('["step-', toString(number - 20), '"]')), 'process.cpu.time.user', toString(cityHash64(number) % 900000 / 1e6), 'process.memory.peak', toString(60000000 + number * 4096))),
  if(number = 0, toUInt64(({tasks:UInt64} + 20) * 2e8), toUInt64(39e8 * (0.5 + ${uniform('number', "'w'")} / 2))), 'Ok'
FROM numbers({tasks:UInt64} + 1)`

/** Inserts one run of many tasks, twenty at once. */
export async function makeWideRun(clickhouse, tasks) {
  await clickhouse.command(WIDE_SQL, { tasks, start: (Date.now() - 3_600_000) * 1e6 })
  return 'wide-run'
}

/** Day with host metrics, counted from the first. */
export const METRICS_DAY = 60

const BULK = {
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '536870912',
  materialize_skip_indexes_on_insert: 0,
  optimize_on_insert: 0,
  parallel_view_processing: 1,
}
