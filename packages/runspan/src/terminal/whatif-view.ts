import type { WhatIfRun } from '@runspan/analytics'
import { counted, multiple, shortId } from '@runspan/story'

import { duration, percent } from './numbers.ts'
import type { Terminal } from './terminal.ts'
import { padEnd, visible, wrap } from './text.ts'

const LABEL = 10

/** Returns a run with a faster task, in sentences and two bars. */
export function whatifView(answer: WhatIfRun, terminal: Terminal): string[] {
  const { nodeId, speedup, durationSeconds, fasterSeconds, savedSeconds, savedShare, ceilingSeconds, workers } = answer
  const task = visible(nodeId)
  const noise = durationSeconds * 0.001
  const saved = `${duration(Math.abs(savedSeconds))}${savedShare === null ? '' : ` (${percent(Math.abs(savedShare))})`}`
  const first =
    Math.abs(savedSeconds) <= noise
      ? `With ${task} ${multiple(speedup)} as fast the run takes as long as now, ${duration(durationSeconds)}: it is not what the run waits for.`
      : `With ${task} ${multiple(speedup)} as fast the run takes ${duration(fasterSeconds)} instead of ${duration(durationSeconds)}, ${saved} ${savedSeconds > 0 ? 'less' : 'more'}.`
  const sentences = [
    first,
    ...(answer.slower && speedup > 1
      ? [
          'A faster task makes this run longer: with few workers it changes who goes first (Graham’s anomaly). The simulation says so, and so can life.',
        ]
      : []),
    ...(ceilingSeconds < durationSeconds - noise
      ? [`However fast it gets, the run takes ${duration(ceilingSeconds)}.`]
      : []),
    ...(workers === null ? [] : [`With ${counted(workers, 'worker')}.`]),
    ...(answer.inferred
      ? [
          'Not all tasks declare what they wait for: taken is that each of those waits for the one that ended last before it began.',
        ]
      : []),
    ...(answer.partial ? ['The run has not ended: only what has ended is replayed.'] : []),
  ]
  const longest = Math.max(durationSeconds, fasterSeconds)
  const room = terminal.width - LABEL - 14
  const strip = (label: string, seconds: number): string =>
    `  ${padEnd(label, LABEL)}${padEnd(terminal.style('green', terminal.glyphs.bar.repeat(longest === 0 ? 0 : Math.max(1, Math.round((seconds / longest) * room)))), room)}  ${duration(seconds)}`
  return [
    `${terminal.style('bold', visible(shortId(answer.runId)))}${terminal.style('dim', ` of ${visible(answer.workflow)}`)}`,
    '',
    ...sentences.flatMap((sentence) => wrap(sentence, terminal.width - 2)).map((line) => `  ${line}`),
    '',
    strip('now', durationSeconds),
    strip('then', fasterSeconds),
  ]
}
