import { median, quantile } from '../statistics/statistics.ts'
import type { SampledRun } from './critical-path.ts'
import { replayOf } from './simulate.ts'

/** Structure of a workflow's runs: its tasks, each after those it waits for. */
export interface Template {
  readonly nodes: readonly TemplateNode[]
}

interface TemplateNode {
  readonly nodeId: string
  readonly after: readonly string[]
  /** Median time between being ready and being started, over earlier runs. */
  readonly waitSeconds: number
}

/** A task of the forecast run; times in seconds after its start. */
export interface ForecastTask {
  readonly nodeId: string
  readonly start: number
  /** Null for a running task. */
  readonly end: number | null
  readonly skipped: boolean
}

/** Durations of a task in earlier runs that completed it. Seconds. */
export interface NodeHistory {
  /** Sum of all attempts, by run. */
  readonly totals: readonly number[]
  /** From the start of the first to the end of the last attempt, by run. */
  readonly spans: readonly number[]
}

export interface Forecast {
  readonly leftSeconds: number | null
  readonly p10LeftSeconds: number | null
  readonly p90LeftSeconds: number | null
  readonly overdue: boolean
}

/** Returns the structure of the latest run; null without a run. */
export function templateOf(runs: readonly SampledRun[]): Template | null {
  const last = runs.at(-1)
  if (last === undefined || last.tasks.length === 0) return null
  const waits = new Map<string, number[]>()
  for (const { tasks } of runs) {
    const replay = replayOf(tasks, 0)
    for (const [i, nodeId] of replay.nodes.entries()) {
      if (replay.retries[i] === true) continue
      const known = waits.get(nodeId)
      if (known === undefined) waits.set(nodeId, [replay.waits[i]!])
      else known.push(replay.waits[i]!)
    }
  }
  const replay = replayOf(last.tasks, 0)
  const nodes = new Map<string, TemplateNode>()
  for (const [i, nodeId] of replay.nodes.entries()) {
    if (nodes.has(nodeId)) continue
    const after = [...new Set(replay.predecessors[i]!.map((j) => replay.nodes[j]!))].filter((node) => nodes.has(node))
    nodes.set(nodeId, { nodeId, after, waitSeconds: Math.max(0, median(waits.get(nodeId) ?? []) ?? 0) })
  }
  return { nodes: [...nodes.values()] }
}

/** Returns numbers in [0, 1), the same ones for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Replays the rest of a run: once with medians, and repeatedly with drawn times. Returns null if none of its tasks is known.
 */
export function forecast(
  template: Template,
  tasks: readonly ForecastTask[],
  history: ReadonlyMap<string, NodeHistory>,
  elapsed: number,
  draws: number,
  seed: number,
): Forecast | null {
  const state = new Map<string, { start: number; end: number | null }>()
  for (const { nodeId, start, end } of tasks) {
    const known = state.get(nodeId)
    if (known === undefined) state.set(nodeId, { start, end })
    else {
      known.start = Math.min(known.start, start)
      known.end = known.end === null || end === null ? null : Math.max(known.end, end)
    }
  }
  const known = template.nodes.filter(({ nodeId }) => history.has(nodeId))
  if (known.length === 0) return null
  // a task without history uses the median of all tasks
  const anything = [...history.values()].flatMap(({ spans }) => median(spans) ?? [])
  const spansOf = new Map<string, readonly number[]>()
  const unlisted = [...state.keys()].filter((node) => !template.nodes.some(({ nodeId }) => nodeId === node))
  const nodes = [...template.nodes, ...unlisted.map((nodeId) => ({ nodeId, after: [], waitSeconds: 0 }))]
  for (const { nodeId } of nodes) {
    const spans = history.get(nodeId)?.spans ?? anything
    const begun = state.get(nodeId)
    const running = begun !== undefined && begun.end === null
    const left = running ? spans.filter((span) => span > elapsed - begun.start) : spans
    if (left.length === 0) {
      if (history.has(nodeId)) return { leftSeconds: null, p10LeftSeconds: null, p90LeftSeconds: null, overdue: true }
      spansOf.set(nodeId, [elapsed - (begun?.start ?? elapsed)])
    } else spansOf.set(nodeId, left)
  }
  const leftWith = (span: (values: readonly number[]) => number): number => {
    const ends = new Map<string, number>()
    for (const { nodeId, after, waitSeconds } of nodes) {
      const begun = state.get(nodeId)
      if (begun !== undefined && begun.end !== null) {
        ends.set(nodeId, begun.end)
        continue
      }
      const ready = after.reduce((latest, node) => Math.max(latest, ends.get(node) ?? 0), 0)
      const start = begun?.start ?? Math.max(elapsed, ready + waitSeconds)
      ends.set(nodeId, start + span(spansOf.get(nodeId)!))
    }
    return Math.max(0, Math.max(0, ...ends.values()) - elapsed)
  }
  const random = randomFrom(seed)
  const drawn = Array.from({ length: draws }, () => leftWith((values) => values[Math.floor(random() * values.length)]!))
  return {
    leftSeconds: leftWith((values) => median(values)!),
    p10LeftSeconds: quantile(drawn, 0.1),
    p90LeftSeconds: quantile(drawn, 0.9),
    overdue: false,
  }
}
