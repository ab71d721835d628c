import type { TaskStatus } from '@runspan/model'

import type { Style, Terminal } from './terminal.ts'

const STYLES: Readonly<Record<TaskStatus, Style>> = {
  pending: 'dim',
  running: 'cyan',
  lost: 'yellow',
  completed: 'green',
  skipped: 'dim',
  cancelled: 'magenta',
  failed: 'red',
}

/** Returns the colour of a status. */
export function statusStyle(status: TaskStatus): Style {
  return STYLES[status]
}

/** Returns a status as its coloured glyph: colour never carries the meaning alone. */
export function statusGlyph(status: TaskStatus, { glyphs, style }: Terminal): string {
  const glyph = {
    pending: glyphs.pending,
    running: glyphs.running,
    lost: glyphs.lost,
    completed: glyphs.completed,
    skipped: glyphs.none,
    cancelled: glyphs.cancelled,
    failed: glyphs.failed,
  }[status]
  return style(STYLES[status], glyph)
}
