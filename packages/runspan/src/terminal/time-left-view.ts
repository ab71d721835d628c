import type { TimeLeft } from '@runspan/analytics'
import { isTerminal } from '@runspan/model'
import { compact, counted, listed, name, taskClause, timestamp } from '@runspan/story'

import { duration } from './numbers.ts'
import type { Terminal } from './terminal.ts'
import { visible, wrap } from './text.ts'

/** Returns the estimated time left of a run, and the data behind it. */
export function timeLeftView(left: TimeLeft, terminal: Terminal): string[] {
  const { workflow, status, elapsedSeconds, leftSeconds, p10LeftSeconds: soon, p90LeftSeconds: late } = left
  const isOver = isTerminal(status)
  const first = compact([name(workflow), ' ', ...taskClause(status, elapsedSeconds)])
  const sentences = isOver
    ? [`${first}: nothing is left.`]
    : [
        `${first}.`,
        left.overdue
          ? 'It takes longer than ever seen: no number can be given.'
          : leftSeconds === null
            ? `Too few runs completed before it to say: ${left.historyRuns}.`
            : `About ${duration(leftSeconds)} left${soon === null || late === null ? '' : `, four of five such runs between ${duration(soon)} and ${duration(late)}`}, going by ${counted(left.historyRuns, 'run')}.`,
        left.expectedEndTime === null ? '' : `It should end at ${timestamp(new Date(left.expectedEndTime))}.`,
        left.runningTasks.length > 0 ? `Running: ${listed(left.runningTasks.map(visible), 5)}.` : '',
        left.waitingTasks.length > 0 ? `Not begun: ${listed(left.waitingTasks.map(visible), 5)}.` : '',
      ].filter((sentence) => sentence !== '')
  return [
    terminal.style('bold', `Time left of run ${visible(left.runId)}`),
    '',
    ...sentences.flatMap((sentence) => wrap(`  ${sentence}`, terminal.width)),
  ]
}
