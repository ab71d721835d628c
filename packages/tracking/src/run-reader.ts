import {
  type Given,
  type Json,
  type OptionKinds,
  readOptions,
  type RunFilter as FilterOf,
  type RunPage as PageOf,
  STATUSES,
  type Task,
  type TaskHistoryFilter as HistoryFilterOf,
  type TaskPage as TaskPageOf,
  type TimeValue,
  type TrackingEvent,
  type UsualDuration,
  type UsualQuestion,
  type WorkflowRun,
} from '@runspan/model'

import { TrackingError } from './tracking-error.ts'

/** Which runs to list, with times as programs pass them. A run must match every given field. */
export type RunFilter = FilterOf<TimeValue>
export type RunPage = PageOf<WorkflowRun>
/** Which attempts of one task to list, with times as programs pass them. */
export type TaskHistoryFilter = HistoryFilterOf<TimeValue>
export type TaskPage = TaskPageOf<Task>

/** Events since a position, in the order in which they arrived. */
export interface EventPage {
  readonly events: readonly TrackingEvent[]
  /** Position to resume from. */
  readonly position: string
  /** Whether more events are available now. */
  readonly more: boolean
}

/** Reads recorded runs; the `runspan` package implements it with a store. */
export interface RunReader {
  /** Returns the run with its tasks; null if there is no such run. */
  getRun(runId: string): Promise<WorkflowRun | null>
  /** Returns tasks in order of their start. */
  getTasks(runId: string): Promise<readonly Task[]>
  getTask(taskId: string): Promise<Task | null>
  /** Returns runs, newest first, without their tasks (`[]`). */
  listRuns(filter: Checked<RunFilter>): Promise<RunPage>
  listTasks(filter: Checked<TaskHistoryFilter>): Promise<TaskPage>
  /** Without a position: no events, and the current position. Absent if the store does not support it. */
  eventsSince?(position: string | undefined): Promise<EventPage>
  /**
   * Returns for each run, in their order, the usual duration of its workflow's completed runs that started before it; null if
   * there are too few. Absent if the store does not support it.
   */
  usualDurations?(runs: readonly UsualQuestion<Date>[]): Promise<readonly (UsualDuration | null)[]>
}

const DEFAULT_LIMIT = 50
const HIGHEST_LIMIT = 1000

/** A checked filter: times are dates, and a page has a limit. */
export type Checked<Filter> = Omit<Filter, 'from' | 'to' | 'limit'> & {
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly limit: number
}

const RUN_FILTER: OptionKinds<RunFilter> = {
  workflow: 'text',
  status: 'text',
  from: 'time',
  to: 'time',
  tags: 'list',
  metadata: 'object',
  retryOf: 'text',
  limit: 'number',
  cursor: 'text',
}
const TASK_HISTORY: OptionKinds<TaskHistoryFilter> = {
  workflow: 'text',
  nodeId: 'text',
  from: 'time',
  to: 'time',
  limit: 'number',
  cursor: 'text',
}

/** Returns a checked filter of `listRuns`. Throws `TrackingError` `INVALID_FILTER`. */
export function checkFilter(given: RunFilter): Checked<RunFilter> {
  const filter = checkPage('listRuns', given, RUN_FILTER)
  if (filter.status !== undefined && (!STATUSES.includes(filter.status) || (filter.status as string) === 'skipped')) {
    refuse('status must be pending, running, lost, completed, cancelled or failed')
  }
  return filter
}

/** Same as `checkFilter`, for `getTaskHistory`. */
export function checkTaskHistory(given: TaskHistoryFilter): Checked<TaskHistoryFilter> {
  return checkPage('getTaskHistory', given, TASK_HISTORY, ['workflow', 'nodeId'])
}

function checkPage<Filter extends Pick<RunFilter, 'from' | 'to' | 'limit' | 'cursor'>>(
  of: string,
  given: Filter,
  kinds: OptionKinds<Filter>,
  required: readonly string[] = [],
): Checked<Filter> {
  const filter = readOptions(given as Given<Filter>, kinds, {
    of,
    required,
    refuse: (message) => new TrackingError('INVALID_FILTER', message),
  })
  const limit = filter.limit ?? DEFAULT_LIMIT
  if (!Number.isInteger(limit) || limit < 1 || limit > HIGHEST_LIMIT) {
    refuse(`limit must be a whole number from 1 to ${HIGHEST_LIMIT}`)
  }
  return { ...filter, limit } as unknown as Checked<Filter>
}

function refuse(message: string): never {
  throw new TrackingError('INVALID_FILTER', `This filter cannot be answered: ${message}.`)
}

/** Returns whether a run matches the filter. */
export function matches(run: WorkflowRun, filter: Omit<Checked<RunFilter>, 'limit'>): boolean {
  const start = run.startTime?.getTime() ?? 0
  return (
    (filter.workflow === undefined || run.workflowId === filter.workflow) &&
    (filter.status === undefined || run.status === filter.status) &&
    (filter.from === undefined || start >= filter.from.getTime()) &&
    (filter.to === undefined || start < filter.to.getTime()) &&
    (filter.retryOf === undefined || run.retryOf === filter.retryOf) &&
    (filter.tags ?? []).every((tag) => run.tags.includes(tag)) &&
    Object.entries(filter.metadata ?? {}).every(([key, value]) => sameJson(run.metadata[key], value))
  )
}

function sameJson(one: Json | undefined, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
