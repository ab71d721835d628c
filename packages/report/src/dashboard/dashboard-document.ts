import type {
  ChangePoint,
  FailureCluster,
  FlakyTask,
  HeatmapCell,
  PathShare,
  RunStats,
  RunSummary,
  TaskGroup,
  UsualDuration,
} from '@runspan/analytics'

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
  readonly usual: Readonly<Record<string, UsualDuration | null>>
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
