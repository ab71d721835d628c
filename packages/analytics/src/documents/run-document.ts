import type { RunSummary } from '@runspan/model'

import type { ResourceTrend } from '../questions/resource-trends.ts'
import type { RunReport } from '../questions/run.ts'
import type { TimeLeft } from '../questions/time-left.ts'
import type { UsualDurations } from '../questions/usual-durations.ts'

/** All that a document on one run says, read from the tables beforehand. */
export interface RunDocument {
  readonly run: RunReport
  /** What is usual among the completed runs before this one; null where there are too few. */
  readonly usual: UsualDurations | null
  /** The last runs of the workflow up to this one, oldest first. */
  readonly history: readonly RunSummary[]
  /** Use of CPU, memory, disk and network over the run; empty where not asked for. */
  readonly trends: readonly ResourceTrend[]
  /** In how many of the latest runs an error of each kind was seen; empty where nobody asked. */
  readonly seen: readonly ErrorSeen[]
  /** Of a run that still runs; absent where nobody asked. */
  readonly timeLeft?: TimeLeft | null | undefined
  /** When the document is made; all else is the same for the same data. */
  readonly madeAt: Date
  /** Of the program. */
  readonly version: string
}

/** How often an error of a kind was seen in the latest runs of its workflow. */
export interface ErrorSeen {
  readonly type: string
  /** Normalised: numbers and ids are gone. */
  readonly message: string
  readonly runs: number
  readonly ofRuns: number
  readonly firstSeen: Date | null
}

/** Which sections a run report has. */
export interface RunSections {
  readonly includeMetrics?: boolean | undefined
  readonly includeTimeline?: boolean | undefined
  readonly includeErrors?: boolean | undefined
}
