import { duration } from '../words/durations.ts'
import { counted } from '../words/listing.ts'
import { count, decimal, percent } from '../words/numbers.ts'
import { GLYPHS } from '../words/status.ts'
import type { RunStory } from './run-story.ts'

/** One number with its name and meaning. */
export interface Figure {
  readonly label: string
  readonly value: string
  readonly note: string
}

/** Returns the six figures of a run. */
export function runFigures(story: RunStory): Figure[] {
  const { run, chains, document } = story
  const { usual } = document
  const { average, peak, workSeconds } = story.parallelism
  const hasPath = run.criticalPath.length > 0 && run.durationSeconds > 0
  return [
    {
      label: run.status === 'running' ? 'So far' : 'Duration',
      value: duration(run.durationSeconds),
      note: usual !== null ? `usually ${duration(usual.medianSeconds)}` : 'nothing to compare with yet',
    },
    { label: 'Tasks', value: count(chains.length), note: byStatus(story) },
    {
      label: 'Waiting',
      value: hasPath ? percent(story.waitSeconds / run.durationSeconds) : '–',
      note: hasPath ? `${duration(story.waitSeconds)} of the critical path` : 'no critical path yet',
    },
    {
      label: 'Parallelism',
      value: decimal(average ?? 0),
      note: `tasks at once, ${counted(peak, 'task')} at most`.replace(/ tasks? at most/, ' at most'),
    },
    {
      label: 'Work',
      value: duration(workSeconds),
      note: story.cpuSeconds === null ? 'sum over all tasks' : `${duration(story.cpuSeconds)} of CPU time`,
    },
    { label: 'Retry attempts', value: count(retries(story)), note: retriesNote(story) },
  ]
}

/** Returns `✓ 310 completed, ✕ 1 failed`. */
export function byStatus({ chains }: Pick<RunStory, 'chains'>): string {
  const counts = new Map<string, number>()
  for (const { status } of chains) counts.set(status, (counts.get(status) ?? 0) + 1)
  return (['completed', 'failed', 'lost', 'cancelled', 'running', 'pending', 'skipped'] as const)
    .filter((status) => counts.has(status))
    .map((status) => `${GLYPHS[status]}\u00A0${counts.get(status)}\u00A0${status}`)
    .join(', ')
}

function retries({ chains }: RunStory): number {
  return chains.reduce((sum, { attempts }) => sum + attempts.length - 1, 0)
}

function retriesNote({ chains }: RunStory): string {
  const retried = chains.filter(({ attempts }) => attempts.length > 1)
  if (retried.length === 0) return 'none needed'
  const inVain = retried.filter(({ status }) => status === 'failed').length
  return `${counted(retried.length, 'task')}${inVain > 0 ? `, ${inVain} in vain` : ', recovered'}`
}
