import type { RunSummary } from '@runspan/model'

import type { ChangePoint } from '../questions/change-points.ts'
import type { PathShare } from '../questions/critical-path-share.ts'
import type { FailureCluster } from '../questions/failure-clusters.ts'
import type { FlakyTask } from '../questions/flaky-tasks.ts'
import type { RunStats } from '../questions/run-stats.ts'
import type { TaskGroup } from '../questions/task-groups.ts'
import type { HeatmapCell } from '../questions/task-heatmap.ts'
import type { UsualDurations } from '../questions/usual-durations.ts'

/** Number of the newest runs that a dashboard shows one by one. */
export const LATEST_RUNS_SHOWN = 12

/** Data of a workflow's dashboard, read from the tables. */
export interface DashboardDocument {
  readonly workflow: string
  /** Period, half-open. */
  readonly from: Date
  readonly to: Date
  readonly stats: RunStats
  /** Runs of the period, oldest first; only the latest if there are very many. */
  readonly runs: readonly RunSummary[]
  /** Usual durations of the newest runs, by run id, from the completed runs before each. */
  readonly usual: Readonly<Record<string, UsualDurations | null>>
  readonly groups: readonly TaskGroup[]
  readonly cells: readonly HeatmapCell[]
  readonly shares: readonly PathShare[]
  readonly changes: readonly ChangePoint[]
  readonly failures: readonly FailureCluster[]
  readonly flaky: readonly FlakyTask[]
  /** Relative URLs of run documents next to this one, by run id. */
  readonly reports: Readonly<Record<string, string>>
  readonly madeAt: Date
  readonly version: string
}
