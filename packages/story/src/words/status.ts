import type { TaskStatus } from '@runspan/model'

/** Glyph of each status, so that colour never carries the meaning alone. */
export const GLYPHS: Readonly<Record<TaskStatus, string>> = {
  pending: '○',
  running: '▶',
  lost: '?',
  completed: '✓',
  skipped: '–',
  cancelled: '⊘',
  failed: '✕',
}

/** Statuses by urgency for a reader. */
export const BY_URGENCY: readonly TaskStatus[] = [
  'failed',
  'lost',
  'cancelled',
  'running',
  'pending',
  'skipped',
  'completed',
]
