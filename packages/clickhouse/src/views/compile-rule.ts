import { attributes, STATUS_NUMBER } from '@runspan/model'
import { attribute, type Rule, type RunRule, secondsAsNanoseconds, type TaskRule } from '@runspan/rules'

import { RUN_VALUES, type RunValue } from '../tables/run-values.ts'
import { STATUS_ENUM, WORKFLOW_TASKS } from '../tables/workflow.ts'
import { runId } from './run-id.ts'

/** A materialized view: its name, the table it fills, and its query. */
export interface View {
  readonly name: string
  readonly target: string
  readonly select: string
}

/** Returns the views of a rule. */
export function compileRule(rule: Rule): View[] {
  const suffix = rule.engine.replaceAll('-', '_')
  const placed = rule.task.runIsTold === 'by the span'
  const views: View[] = [
    {
      name: `workflow_tasks_${suffix}_mv`,
      target: placed ? 'workflow_tasks' : 'workflow_unplaced_tasks',
      select: taskQuery(rule),
    },
    { name: `workflow_runs_${suffix}_mv`, target: 'workflow_runs', select: runQuery(rule) },
  ]
  if (!placed) {
    views.push({
      name: `workflow_run_spans_${suffix}_mv`,
      target: 'workflow_run_spans',
      select: `SELECT TraceId AS trace_id, SpanId AS span_id, ${runId(rule, rule.run.runKey)} AS run_id, ${rule.run.workflow} AS workflow
FROM otel_traces WHERE ${guarded(rule, rule.run.when)}`,
    })
  }
  return views
}

/**
 * Returns which spans contain the run's key themselves, and the key: spans of one run may be in several traces. Null if only
 * the trace has it.
 */
export function toldBySpan(rule: Rule): { readonly when: string; readonly runKey: string } | null {
  const { run, task } = rule
  if (task.runIsTold !== 'by the span') return null
  return { when: guarded(rule, `(${run.when}) OR (${task.when})`), runKey: task.runKey }
}

/** Adds a condition that excludes our own spans: one comparison saves the look-ups of every foreign rule. */
function guarded({ engine }: Rule, when: string): string {
  return engine === 'runspan' ? when : `ScopeName != '${attributes.SCOPE_NAME}' AND (${when})`
}

const STATUS_NAMES = Object.keys(STATUS_NUMBER)
const STATUS_NUMBERS = Object.values(STATUS_NUMBER)

/** Returns SQL of a status name as its number; `otherwise` for anything else. */
function statusNumber(name: string, otherwise: number): string {
  return `transform(${name}, [${STATUS_NAMES.map((status) => `'${status}'`).join(', ')}], [${STATUS_NUMBERS.join(', ')}], ${otherwise})`
}

/** Duration of the span; a span that ends before it starts was stored by another program with an underflow. */
const DURATION = `if(Duration > 9223372036854775807, 0, Duration)`
const END = `fromUnixTimestamp64Nano(toInt64(toUnixTimestamp64Nano(Timestamp) + ${DURATION}), 'UTC')`
const END_MICROSECONDS = `toUInt64(greatest(0, intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(${DURATION}), 1000)))`

/**
 * Text that is the same for errors of one kind: ids and numbers masked, in this order. Log parsers of the Drain family also
 * mask before grouping.
 */
const MASKED_MESSAGE = [
  ['[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '<uuid>'],
  ['\\\\b(0x[0-9a-fA-F]+|[0-9a-fA-F]{16,}|[a-fA-F]{0,7}[0-9][0-9a-fA-F]{7,})\\\\b', '<hex>'],
  ['[0-9]+([.,][0-9]+)*', '<n>'],
].reduce((text, [pattern, mask]) => `replaceRegexpAll(${text}, '${pattern}', '${mask}')`, 'error_message')

function taskQuery(rule: Rule): string {
  const { task } = rule
  const values: Record<string, string> = {
    ...(task.runIsTold === 'by the span' ? { workflow: task.workflow, run_id: runId(rule, task.runKey) } : {}),
    node_id: task.nodeId,
    start: `toDateTime64(Timestamp, 9, 'UTC')`,
    task_id: task.taskId ?? 'SpanId',
    attempt: task.attempt === undefined ? '1' : `greatest(1, ${task.attempt})`,
    status: `CAST(${statusNumber(task.status, STATUS_NUMBER.running)}, ${quoted(STATUS_ENUM)})`,
    duration_ns: DURATION,
    queue_ns: task.queueNs ?? '0',
    dependencies: task.dependencies ?? "CAST([], 'Array(LowCardinality(String))')",
    trace_id: 'TraceId',
    span_id: 'SpanId',
    parent_span_id: 'ParentSpanId',
    version: `ResourceAttributes['service.version']`,
    service: 'ServiceName',
    instance: `ResourceAttributes['service.instance.id']`,
    error_type: onFailure(task.errorType),
    error_message: onFailure(task.errorMessage),
    error_key: `if(status = 'failed', cityHash64(error_type, ${MASKED_MESSAGE}), 0)`,
    ...measurements(task),
    ver: `bitOr(bitShiftLeft(toUInt64(multiIf(toInt8(status) >= ${STATUS_NUMBER.completed}, 2, toInt8(status) = ${STATUS_NUMBER.lost}, 1, 0)), 60), ${END_MICROSECONDS})`,
  }
  // tasks that wait for their run's span have neither workflow nor run yet
  const columns = WORKFLOW_TASKS.filter(({ name, fallback }) => fallback === undefined && values[name] !== undefined)
  return `SELECT ${columns.map(({ name }) => `${values[name]} AS ${name}`).join(',\n  ')}\nFROM otel_traces WHERE ${guarded(rule, task.when)}`
}

function onFailure(expression: string | undefined): string {
  return expression === undefined ? `''` : `if(status = 'failed', ${expression}, '')`
}

function measurements({ measured }: TaskRule): Record<string, string> {
  const seconds = (name: string): string => (measured === true ? secondsAsNanoseconds(name) : '0')
  const integer = (name: string): string => (measured === true ? `toUInt64OrZero(${attribute(name)})` : '0')
  return {
    cpu_user_ns: seconds('process.cpu.time.user'),
    cpu_system_ns: seconds('process.cpu.time.system'),
    cpu_own_ns: seconds('workflow.task.cpu.time'),
    memory_peak_bytes: integer('process.memory.peak'),
    read_bytes: integer('process.disk.io.read'),
    written_bytes: integer('process.disk.io.write'),
    sent_bytes: integer('process.network.io.transmit'),
    received_bytes: integer('process.network.io.receive'),
    concurrency: measured === true ? `toUInt16OrZero(${attribute('workflow.task.concurrency')})` : '0',
  }
}

/** Placeholders for an unknown time that a minimum and a maximum ignore. */
export const NO_START = `toDateTime64('2262-01-01 00:00:00', 9, 'UTC')`
export const NO_END = `toDateTime64(0, 9, 'UTC')`

/** Rank of a run's record: 3 final by the program itself, 2 derived from an engine, 1 closed as lost, 0 a heartbeat. */
function stateExpression(rank: string, microseconds: string, status: string): string {
  return `bitOr(bitShiftLeft(toUInt64(${rank}), 62), bitOr(bitShiftLeft(${microseconds}, 4), toUInt64(${status})))`
}

function runQuery(rule: Rule): string {
  const { run, task } = rule
  const told = task.runIsTold === 'by the span' ? task : null
  const when = told === null ? run.when : `(${run.when}) OR (${told.when})`
  const both = (own: string, ofTask: string | undefined): string =>
    ofTask === undefined ? own : `if(own, ${own}, ${ofTask})`
  const terminalRank = run.own === true ? 3 : 2
  return `SELECT run_id, max(key_) AS run_key, '${rule.engine}' AS engine, max(workflow_) AS workflow,
  max(state_) AS state,
  min(if(own, ifNull(start_, ${NO_START}), ${NO_START})) AS own_start, max(if(own, ifNull(end_, ${NO_END}), ${NO_END})) AS own_end,
  min(if(own, ${NO_START}, start_)) AS first_task, max(if(own, ${NO_END}, end_)) AS last_task, max(end) AS last_seen,
  ${RUN_VALUES.map(largest).join(', ')},
  max(if(own AND status_ >= ${STATUS_NUMBER.lost}, concat(leftPad(hex(state_), 16, '0'), error_), '')) AS outcome
FROM (SELECT ${told === null ? 'true' : `(${run.when})`} AS own, ${END} AS end, ${END_MICROSECONDS} AS us,
  ${runId(rule, both(run.runKey, told?.runKey))} AS run_id, ${both(run.shownKey ?? run.runKey, run.shownKey ?? told?.runKey)} AS key_,
  toLowCardinality(${both(run.workflow, told?.workflow)}) AS workflow_,
  ${statusNumber(run.status, STATUS_NUMBER.running)} AS status_,
  if(own, ${stateExpression(`multiIf(status_ >= ${STATUS_NUMBER.completed}, ${terminalRank}, status_ = ${STATUS_NUMBER.lost}, 1, 0)`, 'us', 'status_')}, ${stateExpression('0', 'us', String(STATUS_NUMBER.running))}) AS state_,
  toNullable(${both(run.start ?? `toDateTime64(Timestamp, 9, 'UTC')`, `toDateTime64(Timestamp, 9, 'UTC')`)}) AS start_,
  toNullable(${both(run.end ?? 'end', 'end')}) AS end_,
  ${RUN_VALUES.map((value) => said(value, run)).join(',\n  ')}
FROM otel_traces WHERE ${guarded(rule, when)})
GROUP BY run_id`
}

/** Returns SQL of the largest value of a run's records. The guess that a run is lost does not count as its error. */
function largest({ name }: RunValue): string {
  return `max(${name === 'error' ? `if(status_ = ${STATUS_NUMBER.lost}, '', error_)` : `${name}_`}) AS ${name}`
}

/** Returns SQL of a value in one span, for `largest`. */
function said({ name, kind, saidBy }: RunValue, run: RunRule): string {
  const value = 'span' in saidBy ? saidBy.span : ownOnly(run[saidBy.rule])
  return `${kind === 'name' ? `toLowCardinality(${value})` : value} AS ${name}_`
}

function ownOnly(expression: string | undefined): string {
  return expression === undefined ? `''` : `if(own, ${expression}, '')`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`
}
