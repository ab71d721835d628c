import {
  type Chain,
  outerIntervals,
  type Parallelism,
  parallelism,
  type RunReport,
  secondsBetween,
  taskChains,
  type RunDocument,
} from '@runspan/analytics'

/** A run with its attempts grouped into tasks, and its critical path on the run's own clock. */
export interface RunStory extends ToldStory {
  readonly document: RunDocument
}

/** Data of the sentences on a run. */
export type ToldDocument = Pick<RunDocument, 'run' | 'usual' | 'timeLeft'>

/** Same for a view that shows only the sentences. */
export interface ToldStory {
  readonly document: ToldDocument
  readonly run: RunReport
  readonly chains: readonly Chain[]
  readonly path: readonly PathPiece[]
  /** Waits of the critical path, without the time after the last task. */
  readonly waitSeconds: number
  /** Concurrency, and total work. */
  readonly parallelism: Parallelism
  /** CPU time of the tasks; null if not measured. */
  readonly cpuSeconds: number | null
  /** Also false for a lost run, whose end is unknown. */
  readonly isOver: boolean
}

/** A step of the critical path, in seconds after the run's start: it waits from `from` to `start` and runs to `end`. */
export interface PathPiece {
  /** Task; null for the time after the last task that ended. */
  readonly chain: Chain | null
  readonly failed: boolean
  readonly from: number
  readonly start: number
  readonly end: number
}

/** Returns a run's data as a story: computed once, printed and drawn by every view. */
export function runStory<Document extends ToldDocument>(
  document: Document,
): ToldStory & { readonly document: Document } {
  const { run } = document
  const chains = taskChains(run.taskList, new Set(run.criticalPath.map(({ taskId }) => taskId)), (iso) =>
    secondsBetween(run.startTime, iso),
  )
  const isOver = run.status === 'completed' || run.status === 'failed' || run.status === 'cancelled'
  const path = pathPieces(run, chains, isOver)
  const cpu = run.taskList.flatMap(({ metrics }) => cpuOf(metrics) ?? [])
  return {
    document,
    run,
    chains,
    path,
    waitSeconds: path.reduce((sum, { chain, from, start }) => (chain === null ? sum : sum + start - from), 0),
    parallelism: parallelism(run.durationSeconds, outerIntervals(run.startTime, run.taskList)),
    cpuSeconds: cpu.length === 0 ? null : cpu.reduce((a, b) => a + b, 0),
    isOver,
  }
}

function pathPieces(run: RunReport, chains: readonly Chain[], isOver: boolean): PathPiece[] {
  const byTask = new Map<string, Chain>()
  for (const chain of chains) {
    for (const { taskId, nodeId } of chain.attempts) byTask.set(`${taskId} ${nodeId}`, chain)
  }
  let cursor = 0
  const pieces = run.criticalPath.map((step): PathPiece => {
    const chain = byTask.get(`${step.taskId} ${step.nodeId}`) ?? null
    const from = cursor
    const start = from + step.waitSeconds
    cursor = start + step.selfSeconds
    const attempt = chain?.attempts.find(
      ({ taskId, startTime }) =>
        taskId === step.taskId && Math.abs(secondsBetween(run.startTime, startTime) - start) < 0.002,
    )
    return { chain, failed: (attempt ?? chain?.attempts.at(-1))?.status === 'failed', from, start, end: cursor }
  })
  if (run.tailSeconds <= 0 || pieces.length === 0) return pieces
  // in an ended run the rest is waiting; in an open one a task runs in it
  const end = cursor + run.tailSeconds
  return [...pieces, { chain: null, failed: false, from: cursor, start: isOver ? end : cursor, end }]
}

type Measured = RunReport['taskList'][number]['metrics']

/** Returns CPU time of an attempt: its own if attributed, else its part of the process's; null if not measured. */
export function cpuOf({ cpuOwnSeconds, cpuUserSeconds, cpuSystemSeconds, concurrency }: Measured): number | null {
  if (cpuOwnSeconds !== null) return cpuOwnSeconds
  if (cpuUserSeconds === null) return null
  return (cpuUserSeconds + (cpuSystemSeconds ?? 0)) / Math.max(1, concurrency ?? 1)
}
