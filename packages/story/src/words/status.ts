import type { TaskStatus } from '@runspan/model'

/** Never colour alone: the glyph of a status. */
export const GLYPHS: Readonly<Record<TaskStatus, string>> = {
  pending: '○',
  running: '▶',
  lost: '?',
  completed: '✓',
  skipped: '–',
  cancelled: '⊘',
  failed: '✕',
}

/** In the order in which a reader needs them. */
export const BY_URGENCY: readonly TaskStatus[] = [
  'failed',
  'lost',
  'cancelled',
  'running',
  'pending',
  'skipped',
  'completed',
]
