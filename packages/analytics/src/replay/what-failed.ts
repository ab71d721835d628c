import type { RunStatus } from '@runspan/model'

import type { Chain } from './task-chains.ts'

/** What failed in a run and what came of it: every face tells this, in its own words. */
export interface WhatFailed {
  /** The task that failed first, for good. */
  readonly first: Chain
  /** Those that failed after it, by their end. */
  readonly others: readonly string[]
  /** Tasks that did not run because another failed, was skipped or was cancelled; one skipped by its own condition would not have run either way. */
  readonly notRun: readonly string[]
  /** The run completed all the same. */
  readonly completed: boolean
}

/** Returns what failed in a run; null where every task ended well or recovered. */
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
