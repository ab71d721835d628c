import type { Verb } from '../define-verb.ts'
import { RUN_ID } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan timeleft <runId>`: how long a running run will still take. */
export const timeleftVerb: Verb = questionVerb({
  name: 'timeleft',
  summary: 'how long a running run will still take',
  examples: ['runspan timeleft 01a20b4a-52f1'],
  arguments: RUN_ID,
  ask: async ({ clickhouse }, { runId }) => {
    const { timeLeft } = await import('@runspan/analytics')
    return timeLeft(clickhouse, runId)
  },
  rows: (answer) => [answer],
  view: async (answer) => {
    const { timeLeftView } = await import('../../terminal/time-left-view.ts')
    return (screen) => timeLeftView(answer, screen)
  },
})
