import { secondsBetween } from '@runspan/analytics'
import { type RunStory, shortName } from '@runspan/story'

import { timelineRows } from '../timeline/rows.ts'

const MOST_ROWS = 30

/**
 * Returns the timeline as a Mermaid Gantt chart of at most thirty rows, grouped like the report's; null without a task that
 * ran.
 */
export function gantt(story: RunStory): { readonly text: string; readonly hidden: number } | null {
  const { run, chains } = story
  const start = Date.parse(run.startTime)
  const all = timelineRows(chains, run.durationSeconds).flatMap((row): string[] => {
    if (row.kind === 'group') {
      const from = Math.min(...row.chains.map((chain) => chain.start))
      const to = Math.max(...row.chains.map((chain) => chain.end))
      return [line(`${label(row.name)} ×${row.chains.length}`, 'done', start, from, to)]
    }
    if (row.kind === 'more' || row.kind === 'waiting' || row.chain.status === 'skipped') return []
    const { attempts, nodeId, onPath } = row.chain
    return attempts.map((attempt) => {
      const from = secondsBetween(run.startTime, attempt.startTime)
      const state = attempt.status === 'failed' || attempt.status === 'lost' ? 'crit' : onPath ? 'active' : 'done'
      const name = attempts.length > 1 ? `${label(nodeId)} (attempt ${attempt.attempt})` : label(nodeId)
      return line(name, state, start, from, from + (attempt.durationSeconds ?? 0))
    })
  })
  if (all.length === 0) return null
  const shown = all.slice(0, MOST_ROWS)
  return {
    text: ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...shown, '```'].join('\n'),
    hidden: all.length - shown.length,
  }
}

function line(name: string, state: string, start: number, from: number, to: number): string {
  const at = Math.round(start + from * 1000)
  return `  ${name} :${state}, ${at}, ${Math.max(at + 1, Math.round(start + to * 1000))}`
}

/** Removes characters that Mermaid always interprets. */
function label(name: string): string {
  return (
    shortName(name, 40)
      .replaceAll(/[:;#,%"`<>{}\\&]/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim() || 'task'
  )
}
