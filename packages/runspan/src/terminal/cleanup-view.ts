import type { CleanedUp } from '@runspan/analytics'
import { timestamp } from '@runspan/story'

import { bytes, count } from './numbers.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, padStart, wrap } from './text.ts'

/** Returns what a clean-up removed, or would remove: a sentence, and the rows by table. */
export function cleanupView(removed: CleanedUp, terminal: Terminal): string[] {
  const { runs, tasks, rows, dryRun, before } = removed
  const size = bytes(removed.bytes)
  const limit = before === null ? '' : ` Limit: ended before ${timestamp(new Date(before))}.`
  const tables = Object.entries(rows).toSorted(([, a], [, b]) => b - a)
  if (runs === 0 && tables.length === 0)
    return lines(`Nothing ${dryRun ? 'would be' : 'was'} removed.${limit}`, terminal)
  const what = `${count(runs)} ${runs === 1 ? 'run' : 'runs'} with ${count(tasks)} task ${tasks === 1 ? 'attempt' : 'attempts'}`
  const sentence = `${dryRun ? 'Would remove' : 'Removed'} ${what}, about ${size} on disk.${limit}`
  const width = Math.max(...tables.map(([name]) => name.length))
  const numbers = tables.map(([, number]) => count(number))
  const widest = Math.max(...numbers.map((text) => text.length))
  return [
    ...lines(sentence, terminal),
    '',
    ...tables.map(([name], i) => `  ${padEnd(name, width)}  ${padStart(numbers[i]!, widest)} rows`),
  ]
}

function lines(text: string, terminal: Terminal): string[] {
  return wrap(text, terminal.width - 2).map((line) => `  ${line}`)
}
