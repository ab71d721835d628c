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

/** What the answers of one run and of many have in common. */
interface WhatIf {
  readonly workflow: string
  readonly nodeId: string
  /** How many times as fast the task is taken to be. */
  readonly speedup: number
  /** Most attempts at one time; null where nothing limits them. */
  readonly workers: number | null
  /** True where no or only some tasks declared what they wait for: of the others "starts after the latest end before it" is taken. */
  readonly inferred: boolean
}

/** One run replayed. Seconds. */
export interface WhatIfRun extends WhatIf {
  readonly runId: string
  readonly durationSeconds: number
  readonly fasterSeconds: number
  /** Negative where the run gets slower: with few workers a faster task can change who goes first (Graham's anomaly). */
  readonly savedSeconds: number
  /** Of the duration, 0–1; null for a run of no length. */
  readonly savedShare: number | null
  /** The duration if the task took no time at all: no speedup gets below it. */
  readonly ceilingSeconds: number
  readonly slower: boolean
  /** True of a run that has not ended: only what has ended is replayed. */
  readonly partial: boolean
}

/** About a thousand runs of a workflow replayed. Seconds; null without runs. */
export interface WhatIfWorkflow extends WhatIf {
  readonly runs: number
  readonly p50Seconds: number | null
  readonly p50FasterSeconds: number | null
  readonly p95Seconds: number | null
  readonly p95FasterSeconds: number | null
  /** Mean over the runs of what each saves. */
  readonly savedSeconds: number | null
  /** Mean over the runs of what part each saves. */
  readonly savedShare: number | null
  /** Median duration if the task took no time at all. */
  readonly ceilingSeconds: number | null
  /** Runs that would get slower (Graham's anomaly). */
  readonly slowerRuns: number
}

export interface WhatIfRunQuestion {
  readonly runId: string
  readonly nodeId: string
  readonly speedup: number
  /** Most attempts at one time. Default: no limit. */
  readonly workers?: number | undefined
}

export interface WhatIfWorkflowQuestion extends Omit<Range, 'workflow'> {
  readonly workflow: string
  readonly nodeId: string
  readonly speedup: number
  readonly workers?: number | undefined
}

/**
 * One run with a task k times as fast: its attempts replayed under their dependencies, end = last end of what it waits for + observed wait +
 * duration ÷ k. With `workers` list scheduling (Graham 1966), and the answer is duration × simulated(k) ÷ simulated(1), as the simulation knows less than life.
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
  // what follows the last task stays as it is
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
 * The same for about a thousand ended runs of a workflow, from their first task's start to their last one's end. Throws `ClickHouseError`, `NODE_NOT_FOUND`,
 * `INVALID_SPEEDUP`, `INVALID_WORKERS`.
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

/** What runs at hand would save. */
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
