import type { Verb } from '../define-verb.ts'
import { choice, RANGE, rangeFrom, text, TIME_ZONE } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan changes`: days from which tasks or runs took longer or shorter. */
export const changesVerb: Verb = questionVerb({
  name: 'changes',
  summary: 'days from which tasks or runs took longer or shorter than before',
  examples: ['runspan changes --workflow nightly-orders --since 90d'],
  options: {
    ...RANGE,
    ...TIME_ZONE,
    workflow: text('<name>', 'only runs and tasks of this workflow'),
    of: choice('<what>', ['runs', 'tasks'], 'only of runs, or of tasks'),
  },
  ask: async ({ clickhouse }, { workflow, of, timeZone, ...range }) => {
    const { changePoints } = await import('@runspan/analytics')
    return changePoints(clickhouse, { workflow, of, timeZone, ...rangeFrom(range) })
  },
  rows: (changes) => changes,
  view: async (changes) => {
    const { changesView } = await import('../../terminal/changes-view.ts')
    return (screen) => changesView(changes, screen)
  },
})
