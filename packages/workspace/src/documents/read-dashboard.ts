import {
  changePoints,
  type DashboardDocument,
  LATEST_RUNS_SHOWN,
  criticalPathShare,
  failureClusters,
  flakyTasks,
  type Range,
  runs,
  runStats,
  taskGroups,
  taskHeatmap,
  usualDurations,
} from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import type { RunSummary } from '@runspan/model'

import { VERSION } from '../version.ts'

const DAY_MS = 86_400_000
/** Default days of a dashboard. */
const DAYS = 30
const PAGE = 1000
const MOST_RUNS = 5000

/** Reads the data of a workflow's dashboard; by default of the last 30 days. Throws `ClickHouseError`. */
export async function readDashboard(
  clickhouse: ClickHouse,
  {
    workflow,
    since,
    to = new Date(),
  }: { readonly workflow: string; readonly since?: Date | undefined; readonly to?: Date | undefined },
): Promise<Omit<DashboardDocument, 'reports'>> {
  const from = since ?? new Date(to.getTime() - DAYS * DAY_MS)
  const range = { workflow, from, to }
  const [told, groups, cells, shares] = await Promise.all([
    readWorkflow(clickhouse, range),
    taskGroups(clickhouse, range),
    taskHeatmap(clickhouse, range),
    criticalPathShare(clickhouse, range),
  ])
  return { workflow, from, to, ...told, groups, cells, shares, madeAt: new Date(), version: VERSION }
}

/** Data of the sentences on a workflow. */
export type ToldWorkflow = Pick<DashboardDocument, 'stats' | 'runs' | 'usual' | 'changes' | 'failures' | 'flaky'>

/** Reads the data of the sentences on a workflow, over a range. Throws `ClickHouseError`. */
export async function readWorkflow(
  clickhouse: ClickHouse,
  range: Range & { readonly workflow: string },
): Promise<ToldWorkflow> {
  const [stats, list, changes, failures, flaky] = await Promise.all([
    runStats(clickhouse, range),
    latestRuns(clickhouse, range),
    changePoints(clickhouse, range),
    failureClusters(clickhouse, range),
    flakyTasks(clickhouse, range),
  ])
  const newest = list.slice(-LATEST_RUNS_SHOWN)
  const usual = await usualDurations(clickhouse, newest)
  return {
    stats,
    runs: list,
    usual: Object.fromEntries(newest.map(({ runId }, i) => [runId, usual[i] ?? null])),
    changes,
    failures,
    flaky,
  }
}

/** Returns the latest runs, oldest first. */
async function latestRuns(clickhouse: ClickHouse, range: Range & { readonly workflow: string }): Promise<RunSummary[]> {
  const all: RunSummary[] = []
  let cursor: string | undefined
  do {
    const page: Awaited<ReturnType<typeof runs>> = await runs(clickhouse, { ...range, limit: PAGE, cursor })
    all.push(...page.runs)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && all.length < MOST_RUNS)
  return all.toReversed()
}
