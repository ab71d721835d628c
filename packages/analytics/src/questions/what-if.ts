import type { ClickHouse } from '@runspan/clickhouse'

import { secondsBetween } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import type { SampledRun } from '../replay/critical-path.ts'
import { pathTasks } from '../replay/run-path.ts'
import { faster, type Replay, replayed, replayOf, scheduled } from '../replay/simulate.ts'
import { requireRun } from '../sql/find-run.ts'
import { notFound } from '../sql/not-found.ts'
import type { Range } from '../sql/run-rows.ts'
import { endedOnly, sampleRuns } from '../sql/run-sample.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { mean, quantile } from '../statistics/statistics.ts'
import { tasksOf } from './tasks.ts'

/** Fields that the answers for one run and for many share. */
interface WhatIf {
  readonly workflow: string
  readonly nodeId: string
  /** Assumed speed of the task: k times as fast. */
  readonly speedup: number
  /** Maximum concurrent attempts; null without a limit. */
  readonly workers: number | null
  /**
   * True if no or only some tasks declared their dependencies. The others are assumed to start after the latest end before
   * them.
   */
  readonly inferred: boolean
}

/** One run replayed. Seconds. */
export interface WhatIfRun extends WhatIf {
  readonly runId: string
  readonly durationSeconds: number
  readonly fasterSeconds: number
  /** Negative if the run gets slower: with few workers a faster task can change the order (Graham's anomaly). */
  readonly savedSeconds: number
  /** Share of the duration, 0–1; null for a run without duration. */
  readonly savedShare: number | null
  /** Duration if the task took no time: no speedup gets below it. */
  readonly ceilingSeconds: number
  readonly slower: boolean
  /** True for a run that has not ended: only ended attempts are replayed. */
  readonly partial: boolean
}

/** About a thousand runs of a workflow replayed. Seconds; null without runs. */
export interface WhatIfWorkflow extends WhatIf {
  readonly runs: number
  readonly p50Seconds: number | null
  readonly p50FasterSeconds: number | null
  readonly p95Seconds: number | null
  readonly p95FasterSeconds: number | null
  /** Mean saving over the runs. */
  readonly savedSeconds: number | null
  /** Mean share saved over the runs. */
  readonly savedShare: number | null
  /** Median duration if the task took no time. */
  readonly ceilingSeconds: number | null
  /** Runs that would get slower (Graham's anomaly). */
  readonly slowerRuns: number
}

export interface WhatIfRunQuestion {
  readonly runId: string
  readonly nodeId: string
  readonly speedup: number
  /** Maximum concurrent attempts. Default: no limit. */
  readonly workers?: number | undefined
}

export interface WhatIfWorkflowQuestion extends Omit<Range, 'workflow'> {
  readonly workflow: string
  readonly nodeId: string
  readonly speedup: number
  readonly workers?: number | undefined
}

/**
 * Returns one run with a task k times as fast: its attempts are replayed under their dependencies, end = last end of the
 * dependencies + observed wait + duration ÷ k. With `workers` it uses list scheduling (Graham 1966), and the answer is
 * duration × simulated(k) ÷ simulated(1), because the simulation leaves out some effects.
 * Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`, `NODE_NOT_FOUND`, `INVALID_SPEEDUP`, `INVALID_WORKERS`.
 */
export async function whatIf(clickhouse: ClickHouse, question: WhatIfRunQuestion): Promise<WhatIfRun> {
  const { nodeId, speedup, workers } = checked(question)
  const run = await requireRun(clickhouse, question.runId)
  const [tasks, ids] = await Promise.all([tasksOf(clickhouse, run), shownIds(clickhouse, [run])])
  const replay = replayOf(pathTasks(run, tasks), 0)
  if (!replay.nodes.includes(nodeId)) {
    throw nodeNotFound(nodeId, replay.nodes, 'ended task in the run')
  }
  const durationSeconds = secondsBetween(run.start, run.end)
  // the time after the last task stays as it is
  const tail = durationSeconds - replayed(replay, replay.durations)
  const duration = (k: number): number => durationIf(replay, nodeId, k, workers, tail)
  const fasterSeconds = duration(speedup)
  const savedSeconds = durationSeconds - fasterSeconds
  return {
    runId: ids.get(run.run_id)!,
    workflow: run.workflow,
    nodeId,
    speedup,
    workers,
    inferred: replay.inferred,
    durationSeconds,
    fasterSeconds,
    savedSeconds,
    savedShare: durationSeconds === 0 ? null : savedSeconds / durationSeconds,
    ceilingSeconds: duration(Infinity),
    slower: savedSeconds < -1e-9,
    partial: run.ended !== 1,
  }
}

/**
 * Same as `whatIf`, for about a thousand ended runs of a workflow, each from its first task's start to its last one's end.
 * Throws `ClickHouseError`, `NODE_NOT_FOUND`, `INVALID_SPEEDUP`, `INVALID_WORKERS`.
 */
export async function whatIfWorkflow(
  clickhouse: ClickHouse,
  question: WhatIfWorkflowQuestion,
): Promise<WhatIfWorkflow> {
  const { nodeId, speedup, workers } = checked(question)
  const sample = await endedOnly(clickhouse, await sampleRuns(clickhouse, question))
  if (sample.length > 0 && !sample.some(({ tasks }) => tasks.some((task) => task.nodeId === nodeId))) {
    throw nodeNotFound(
      nodeId,
      sample.flatMap(({ tasks }) => tasks.map((task) => task.nodeId)),
      'task in the runs of the workflow',
    )
  }
  return { workflow: question.workflow, ...savings(sample, nodeId, speedup, workers) }
}

/** Returns what the given runs would save. */
export function savings(
  runs: readonly SampledRun[],
  nodeId: string,
  speedup: number,
  workers: number | null = null,
): Omit<WhatIfWorkflow, 'workflow'> {
  const results = runs.map(({ tasks }) => {
    const replay = replayOf(tasks, 0)
    const before = replayed(replay, replay.durations)
    const after = durationIf(replay, nodeId, speedup, workers, 0)
    return { before, after, ceiling: durationIf(replay, nodeId, Infinity, workers, 0), inferred: replay.inferred }
  })
  const before = results.map((result) => result.before)
  const after = results.map((result) => result.after)
  const shares = results.filter((result) => result.before > 0).map((result) => 1 - result.after / result.before)
  return {
    nodeId,
    speedup,
    workers,
    inferred: results.some(({ inferred }) => inferred),
    runs: results.length,
    p50Seconds: quantile(before, 0.5),
    p50FasterSeconds: quantile(after, 0.5),
    p95Seconds: quantile(before, 0.95),
    p95FasterSeconds: quantile(after, 0.95),
    savedSeconds: mean(results.map((result) => result.before - result.after)),
    savedShare: mean(shares),
    ceilingSeconds: quantile(
      results.map(({ ceiling }) => ceiling),
      0.5,
    ),
    slowerRuns: results.filter((result) => result.after > result.before + 1e-9).length,
  }
}

function durationIf(replay: Replay, nodeId: string, speedup: number, workers: number | null, tail: number): number {
  const durations = faster(replay, nodeId, speedup)
  if (workers === null) return Math.max(0, replayed(replay, durations) + tail)
  const observed = Math.max(0, replayed(replay, replay.durations) + tail)
  const simulated = scheduled(replay, replay.durations, workers)
  return simulated === 0 ? observed : (observed * scheduled(replay, durations, workers)) / simulated
}

function checked(question: { nodeId: string; speedup: number; workers?: number | undefined }): {
  nodeId: string
  speedup: number
  workers: number | null
} {
  const { nodeId, speedup, workers = null } = question
  if (!(speedup > 0)) {
    throw new AnalyticsError(
      'INVALID_SPEEDUP',
      `The speedup must be a number above 0, not ${speedup}; 2 is twice as fast.`,
    )
  }
  if (workers !== null && !(Number.isInteger(workers) && workers >= 1)) {
    throw new AnalyticsError(
      'INVALID_WORKERS',
      `The number of workers must be a whole number from 1 on, not ${workers}.`,
    )
  }
  return { nodeId, speedup, workers }
}

function nodeNotFound(nodeId: string, nodes: readonly string[], what: string): AnalyticsError {
  const lists = '`runspan tasks <runId>` lists them.'
  return notFound('NODE_NOT_FOUND', { what, given: nodeId, existing: [...new Set(nodes)], lists })
}
