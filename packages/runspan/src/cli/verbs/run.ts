import type { Verb } from '../define-verb.ts'
import { flag, RUN_ID } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan run <runId>`: one run with its waterfall. */
export const runVerb: Verb = questionVerb({
  name: 'run',
  summary: 'shows one run with its waterfall',
  examples: ['runspan run 01a20b4a-52f1'],
  arguments: RUN_ID,
  options: { ascii: flag('draw with ASCII characters only') },
  ask: async ({ clickhouse, configuration }, { runId }) => {
    const { run } = await import('@runspan/analytics')
    const report = await run(clickhouse, runId)
    const { linksOf } = await import('@runspan/workspace')
    return { report, links: linksOf(report, configuration.values) }
  },
  json: ({ report, links }, data) => ({ ...report, links, behindSeconds: data.behindSeconds() }),
  view: async ({ report, links }, _input, { clickhouse }) => {
    const { timeLeft, usualDurations } = await import('@runspan/analytics')
    const [[usual = null], left] = await Promise.all([
      usualDurations(clickhouse, [report]),
      report.status === 'running' ? timeLeft(clickhouse, report.runId) : null,
    ])
    const { runView } = await import('../../terminal/run-view.ts')
    return (screen) => runView({ run: report, usual, timeLeft: left, links }, screen)
  },
})
