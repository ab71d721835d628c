import { type Chain, concurrencyOverTime, groups, type Group } from '@runspan/analytics'

/** Number of tasks from which those of one name share a row. */
const GROUP_OVER_TASKS = 60
/** Minimum tasks of a shared row. */
const GROUP_FROM = 3
const TROUBLE_ROWS = 8
const MOST_ROWS = 60
const MOST_WAITING = 12
/** Columns of the drawing of concurrent tasks. */
const LEVELS = 240

export type TimelineRow =
  | { readonly kind: 'task'; readonly chain: Chain; readonly inGroup: boolean }
  | {
      readonly kind: 'group'
      readonly name: string
      readonly chains: readonly Chain[]
      /** Number of concurrent tasks in each of equal parts of the axis. */
      readonly levels: readonly number[]
      readonly peak: number
    }
  /** A task of earlier runs that this one has not started. */
  | { readonly kind: 'waiting'; readonly name: string }
  /** Tasks without a row of their own; the table has them. */
  | { readonly kind: 'more'; readonly count: number; readonly inGroup: boolean }

/**
 * Returns the rows of a timeline: grouping never hides a task that failed, was retried, is lost, is running, or is on the
 * critical path.
 */
export function timelineRows(chains: readonly Chain[], axisSeconds: number): TimelineRow[] {
  if (chains.length <= GROUP_OVER_TASKS) return chains.map((chain) => ({ kind: 'task', chain, inGroup: false }))
  const blocks = groups(chains).map((group) => block(group, axisSeconds))
  const total = blocks.reduce((sum, rows) => sum + rows.length, 0)
  if (total <= MOST_ROWS) return blocks.flat()
  return mostImportant(blocks)
}

function block(group: Group, axisSeconds: number): TimelineRow[] {
  if (group.chains.length < GROUP_FROM) return group.chains.map((chain) => ({ kind: 'task', chain, inGroup: false }))
  const { levels, peak } = concurrencyOverTime(group.chains, Math.max(axisSeconds, 1e-9), LEVELS)
  const special = group.chains
    .filter((chain) => importance(chain) > 0)
    .toSorted((a, b) => importance(b) - importance(a))
  const shown = new Set(special.slice(0, TROUBLE_ROWS))
  return [
    { kind: 'group', name: group.name, chains: group.chains, levels, peak },
    ...group.chains
      .filter((chain) => shown.has(chain))
      .map((chain): TimelineRow => ({ kind: 'task', chain, inGroup: true })),
    ...(special.length > shown.size
      ? [{ kind: 'more', count: special.length - shown.size, inGroup: true } as const]
      : []),
  ]
}

/** Returns the importance: failures first, then tasks on the critical path, then retried ones. */
function importance({ status, onPath, attempts }: Chain): number {
  if (status === 'failed' || status === 'lost') return 5
  if (onPath) return 4
  if (status === 'running') return 3
  if (status === 'cancelled') return 2
  return attempts.length > 1 ? 1 : 0
}

/** Returns rows for tasks that a running run has not started yet. */
export function waitingRows(names: readonly string[]): TimelineRow[] {
  const shown = names.slice(0, MOST_WAITING)
  const rest = names.length - shown.length
  return [
    ...shown.map((name): TimelineRow => ({ kind: 'waiting', name })),
    ...(rest > 0 ? [{ kind: 'waiting', name: `${rest} others` } as const] : []),
  ]
}

/** Returns the most important of too many rows, in their order; the rest becomes one row. */
function mostImportant(blocks: readonly TimelineRow[][]): TimelineRow[] {
  const weight = (row: TimelineRow): number =>
    row.kind === 'task'
      ? importance(row.chain) * 1e6 + (row.chain.end - row.chain.start) / 1e6
      : row.kind === 'group'
        ? Math.max(...row.chains.map(importance)) * 1e6 + 1
        : 0
  const all = blocks.flat()
  const kept = new Set(all.toSorted((a, b) => weight(b) - weight(a)).slice(0, MOST_ROWS))
  const hidden = all.filter((row) => !kept.has(row))
  const count = hidden.reduce(
    (sum, row) => sum + (row.kind === 'task' ? (row.inGroup ? 0 : 1) : row.kind === 'group' ? row.chains.length : 0),
    0,
  )
  return [
    ...all.filter((row) => kept.has(row)),
    ...(count > 0 ? [{ kind: 'more', count, inGroup: false } as const] : []),
  ]
}
