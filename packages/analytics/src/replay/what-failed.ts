import type { RunStatus } from '@runspan/model'

import type { Chain } from './task-chains.ts'

/** Failures of a run and their consequences; every view words it in its own way. */
export interface WhatFailed {
  /** The task that permanently failed first. */
  readonly first: Chain
  /** Tasks that failed after it, in order of their end. */
  readonly others: readonly string[]
  /**
   * Tasks that did not run because another failed, was skipped or was cancelled. A task skipped by its own condition is not
   * among them.
   */
  readonly notRun: readonly string[]
  /** Whether the run completed anyway. */
  readonly completed: boolean
}

/** Returns the failures of a run; null if every task ended well or recovered. */
export function whatFailed(chains: readonly Chain[], status: RunStatus): WhatFailed | null {
  const [first, ...others] = chains.filter((chain) => chain.status === 'failed').toSorted((a, b) => a.end - b.end)
  if (first === undefined) return null
  const notRun = chains.filter(
    ({ status: of, attempts }) =>
      of === 'skipped' && / (failed|was skipped|was cancelled)$/.test(attempts.at(-1)!.reason ?? ''),
  )
  return {
    first,
    others: others.map(({ nodeId }) => nodeId),
    notRun: notRun.map(({ nodeId }) => nodeId),
    completed: status === 'completed',
  }
}
