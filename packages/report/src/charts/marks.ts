import type { RunStatus, TaskStatus } from '@runspan/model'

import type { Tokens } from '../theme/tokens.ts'

/** Marks within charts, from characters of the pictures' font. */
export const CHART_MARKS = { failed: '×', retried: '●', skipped: '–', cancelled: '/', lost: '?' } as const

/** Returns the colour of a bar for a run or a task. */
export function statusColor(status: RunStatus | TaskStatus, tokens: Tokens): string {
  switch (status) {
    case 'failed':
      return tokens.failed
    case 'cancelled':
      return tokens.cancelled
    case 'lost':
      return tokens.lost
    case 'running':
      return tokens.running
    case 'skipped':
    case 'pending':
      return tokens.skipped
    case 'completed':
      return tokens.completed
  }
}
