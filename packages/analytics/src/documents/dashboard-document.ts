import type { RunSummary } from '@runspan/model'

import type { ChangePoint } from '../questions/change-points.ts'
import type { PathShare } from '../questions/critical-path-share.ts'
import type { FailureCluster } from '../questions/failure-clusters.ts'
import type { FlakyTask } from '../questions/flaky-tasks.ts'
import type { RunStats } from '../questions/run-stats.ts'
import type { TaskGroup } from '../questions/task-groups.ts'
import type { HeatmapCell } from '../questions/task-heatmap.ts'
import type { UsualDurations } from '../questions/usual-durations.ts'

/** How many of the newest runs a dashboard shows one by one. */
export const LATEST_RUNS_SHOWN = 12

/** All that a dashboard of a workflow says, read from the tables beforehand. */
export interface DashboardDocument {
  readonly workflow: string
  /** The period, half-open. */
  readonly from: Date
  readonly to: Date
  readonly stats: RunStats
  /** The runs of the period, oldest first; of very many the latest. */
  readonly runs: readonly RunSummary[]
  /** What is usual for the newest runs, by run id: of the completed runs before each. */
  readonly usual: Readonly<Record<string, UsualDurations | null>>
  readonly groups: readonly TaskGroup[]
  readonly cells: readonly HeatmapCell[]
  readonly shares: readonly PathShare[]
  readonly changes: readonly ChangePoint[]
  readonly failures: readonly FailureCluster[]
  readonly flaky: readonly FlakyTask[]
  /** Documents on runs that lie beside this one, by run id: relative addresses. */
  readonly reports: Readonly<Record<string, string>>
  readonly madeAt: Date
  readonly version: string
}
