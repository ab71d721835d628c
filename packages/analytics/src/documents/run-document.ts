import type { RunSummary } from '@runspan/model'

import type { ResourceTrend } from '../questions/resource-trends.ts'
import type { RunReport } from '../questions/run.ts'
import type { TimeLeft } from '../questions/time-left.ts'
import type { UsualDurations } from '../questions/usual-durations.ts'

/** Data of a document on one run, read from the tables. */
export interface RunDocument {
  readonly run: RunReport
  /** Usual duration of the completed runs before this one; null if there are too few. */
  readonly usual: UsualDurations | null
  /** Latest runs of the workflow up to this one, oldest first. */
  readonly history: readonly RunSummary[]
  /** Use of CPU, memory, disk and network over the run; empty if not requested. */
  readonly trends: readonly ResourceTrend[]
  /** In how many of the latest runs each kind of error occurred; empty if not requested. */
  readonly seen: readonly ErrorSeen[]
  /** Estimated time left of a running run; absent if not requested. */
  readonly timeLeft?: TimeLeft | null | undefined
  /** When the document is created; everything else is the same for the same data. */
  readonly madeAt: Date
  /** Version of the program. */
  readonly version: string
}

/** How often a kind of error occurred in the latest runs of its workflow. */
export interface ErrorSeen {
  readonly type: string
  /** Normalised message, without numbers and ids. */
  readonly message: string
  readonly runs: number
  readonly ofRuns: number
  readonly firstSeen: Date | null
}

/** Sections of a run report. */
export interface RunSections {
  readonly includeMetrics?: boolean | undefined
  readonly includeTimeline?: boolean | undefined
  readonly includeErrors?: boolean | undefined
}
