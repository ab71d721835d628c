import { randomUUID } from 'node:crypto'

import { type ClickHouse, dropPartition, isOurs, refuseOnCluster, tablesOf } from '@runspan/clickhouse'

import { AnalyticsError } from '../errors.ts'
import { requireRun } from '../sql/find-run.ts'
import { quoted } from '../sql/not-found.ts'
import { type Limits, noteRemovals, type Removals } from './note-removals.ts'
import { countOldMetrics, dropOldMetrics } from './old-metrics.ts'
import { countRows, type RowsToRemove, removeRows, tablesToClean } from './remove-rows.ts'

/** What to delete; needs at least one of `olderThanDays`, `before`, `maxRuns`, `workflow` and `runId`. */
export interface CleanUpOptions {
  /** Deletes runs that ended longer ago than this many days. */
  readonly olderThanDays?: number | undefined
  /** Same as `olderThanDays`, as a point in time. */
  readonly before?: Date | undefined
  /** Deletes ended runs beyond the newest `maxRuns`, by their start. */
  readonly maxRuns?: number | undefined
  /** Deletes only runs of this workflow; without another limit, all that ended. */
  readonly workflow?: string | undefined
  /**
   * Deletes only this run: an id, its first characters, or the engine's own key. Cannot be combined with other limits.
   */
  readonly runId?: string | undefined
  /** Keeps failed and lost runs, however old. Default false. */
  readonly keepFailedRuns?: boolean | undefined
  /** Only counts, deletes nothing. Default false. */
  readonly dryRun?: boolean | undefined
}

/** What was or would be deleted. */
export interface CleanedUp {
  readonly runs: number
  /** Attempts of their tasks. */
  readonly tasks: number
  /** Approximate bytes: each table's share of the disk space of its parts. */
  readonly bytes: number
  /** Rows by table, metric points too. */
  readonly rows: Readonly<Record<string, number>>
  readonly dryRun: boolean
  /** ISO 8601; null if neither `olderThanDays` nor `before` was given. */
  readonly before: string | null
}

/**
 * Deletes ended runs with all their records, and metric points older than the runs' age unless one workflow is named. Running
 * and pending runs are kept, and so is every trace that a kept run uses; lost runs count as ended. Other processes may write
 * meanwhile.
 * Throws `ClickHouseError`, and `AnalyticsError` `INVALID_RETENTION`; for a `runId` also `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`,
 * `RUN_NOT_ENDED`.
 */
export async function cleanUp(clickhouse: ClickHouse, options: CleanUpOptions): Promise<CleanedUp> {
  const checkedLimits = checked(options)
  await refuseOnCluster(clickhouse, 'a clean-up')
  const limits = { ...checkedLimits, runId: await endedRun(clickhouse, checkedLimits.runId) }
  const dryRun = options.dryRun ?? false
  const job = randomUUID()
  try {
    const removals = await noteRemovals(clickhouse, job, limits)
    const tables = await tablesOf(clickhouse)
    const ofRuns = removals.isEmpty
      ? []
      : await countAll(
          clickhouse,
          job,
          removals,
          tables.map(({ name }) => name),
        )
    // a collector's own metrics are not ours to delete: points do not say which run or workflow they belong to
    const metrics = await countOldMetrics(
      clickhouse,
      tables.filter(isOurs),
      limits.workflow === null ? limits.before : null,
    )
    if (!dryRun) {
      await removeRows(clickhouse, job, ofRuns)
      await dropOldMetrics(clickhouse, metrics)
    }
    const all = [...ofRuns, ...metrics]
    return {
      runs: removals.runs,
      tasks: removals.tasks,
      bytes: Math.round(all.reduce((sum, { bytes }) => sum + bytes, 0)),
      rows: Object.fromEntries(all.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table.name, rows])),
      dryRun,
      before: limits.before?.toISOString() ?? null,
    }
  } finally {
    // if this fails, the notes expire within a day, and the earlier error matters more
    await dropPartition(clickhouse, 'workflow_removals', job).catch(() => undefined)
  }
}

async function countAll(
  clickhouse: ClickHouse,
  job: string,
  removals: Removals,
  names: readonly string[],
): Promise<RowsToRemove[]> {
  const counted: RowsToRemove[] = []
  for (const table of tablesToClean(names)) counted.push(await countRows(clickhouse, job, table, removals))
  return counted
}

/** Returns the internal id of a run that may be deleted. */
async function endedRun(clickhouse: ClickHouse, id: string | null): Promise<string | null> {
  if (id === null) return null
  const { run_id, status } = await requireRun(clickhouse, id)
  if (status === 'running' || status === 'pending') {
    throw new AnalyticsError(
      'RUN_NOT_ENDED',
      `Run ${quoted(run_id)} is ${status}: it can be removed when it has ended.`,
    )
  }
  return run_id
}

function checked({ olderThanDays, before, maxRuns, keepFailedRuns, workflow, runId }: CleanUpOptions): Limits {
  for (const [name, value] of Object.entries({ workflow, runId })) {
    if (value === '') throw new AnalyticsError('INVALID_RETENTION', `${name} must not be empty.`)
  }
  const isLimited = olderThanDays !== undefined || before !== undefined || maxRuns !== undefined
  if (runId !== undefined && (isLimited || workflow !== undefined || keepFailedRuns === true)) {
    throw new AnalyticsError('INVALID_RETENTION', 'runId selects one run: leave out the other limits.')
  }
  if (olderThanDays !== undefined && !(olderThanDays >= 0 && olderThanDays <= 36_500)) {
    throw new AnalyticsError('INVALID_RETENTION', `olderThanDays must be 0 to 36500 days, not ${olderThanDays}.`)
  }
  if (before !== undefined && Number.isNaN(before.getTime())) {
    throw new AnalyticsError('INVALID_RETENTION', 'before must be a valid date.')
  }
  if (maxRuns !== undefined && (!Number.isInteger(maxRuns) || maxRuns < 1)) {
    throw new AnalyticsError('INVALID_RETENTION', `maxRuns must be a whole number from 1 on, not ${maxRuns}.`)
  }
  if (!isLimited && workflow === undefined && runId === undefined) {
    throw new AnalyticsError(
      'INVALID_RETENTION',
      'Name what to remove: olderThanDays, maxRuns, or both; workflow, or runId.',
    )
  }
  const cutoff = before ?? (olderThanDays === undefined ? null : new Date(Date.now() - olderThanDays * 86_400_000))
  return {
    before: cutoff,
    maxRuns: maxRuns ?? null,
    keepFailedRuns: keepFailedRuns ?? false,
    workflow: workflow ?? null,
    runId: runId ?? null,
  }
}
