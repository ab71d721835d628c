import { InvalidArgumentError } from 'commander'

import type { Verb } from '../define-verb.ts'
import { parsed, RUN_ID, text } from '../options.ts'
import { parseCount } from '../parse.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan whatif <runId> --task N --speedup 2`: the run replayed with a faster task. */
export const whatifVerb: Verb = questionVerb({
  name: 'whatif',
  summary: 'how long a run would take if one of its tasks were faster',
  examples: [
    'runspan whatif 01a20b4a-52f1 --task load-warehouse --speedup 2',
    'runspan whatif 01a20b4a-52f1 --task load-warehouse --speedup 2 --workers 4',
  ],
  arguments: RUN_ID,
  options: {
    task: text('<name>', 'the task that gets faster', { isRequired: true }),
    speedup: parsed('<k>', parseSpeedup, 'how many times as fast; below 1 it gets slower', { default: 2 }),
    workers: parsed('<n>', parseCount(100_000), 'how many tasks can run at once (default: no limit)'),
  },
  ask: async ({ clickhouse }, { runId, task: nodeId, speedup, workers }) => {
    const { whatIf } = await import('@runspan/analytics')
    return whatIf(clickhouse, { runId, nodeId, speedup, workers })
  },
  rows: (answer) => [answer],
  view: async (answer) => {
    const { whatifView } = await import('../../terminal/whatif-view.ts')
    return (screen) => whatifView(answer, screen)
  },
})

function parseSpeedup(given: string): number {
  const speedup = Number(given)
  if (!(speedup > 0 && Number.isFinite(speedup))) {
    throw new InvalidArgumentError('Give a number above 0, such as 2 for twice as fast.')
  }
  return speedup
}
