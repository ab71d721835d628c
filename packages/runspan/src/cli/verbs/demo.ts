import { join } from 'node:path'

import { defineVerb, type Verb } from '../define-verb.ts'
import { DATA, JSON_OPTION } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'

/** `runspan demo`: a real pipeline, run a dozen times, and what there is to see. */
export const demoVerb: Verb = defineVerb({
  name: 'demo',
  summary: 'runs a real pipeline several times and shows what there is to see',
  examples: ['runspan demo', 'runspan demo --data /tmp/demo'],
  options: { ...JSON_OPTION, ...DATA },
  run: async (input) => {
    // printed before any module loads: a slow machine would show nothing for seconds
    const isTerminal = process.stderr.isTTY
    printNotice('Recording runs of a real pipeline: half a minute.')
    const { dataDirectory } = await import('@runspan/configuration')
    const { runDemo } = await import('../../demo/run-demo.ts')
    const { terminal } = await import('../../terminal/terminal.ts')
    const dataDir = dataDirectory(input.data).path
    const workDir = join(dataDir, 'demo')
    const screen = terminal()
    const { runs, seconds, taskManager } = await runDemo({
      dataDir,
      clickhouse: input.clickhouse,
      workDir,
      onProgress: (done, total, note) => {
        const line = done === total ? note : `run ${done + 1} of ${total}: ${note}`
        if (isTerminal) process.stderr.write(`\r\u001B[K${screen.style('dim', line)}`)
        else printNotice(line)
      },
    })
    try {
      const { demoAnswers } = await import('../../demo/demo-answers.ts')
      const { ReportGenerator } = await import('../../report-generator.ts')
      const { demoView } = await import('../../terminal/demo-view.ts')
      const { writeOutput } = await import('../../documents/write-output.ts')
      const answers = await demoAnswers(taskManager, runs, seconds, dataDir)
      if (isTerminal) process.stderr.write('\r\u001B[K')
      // the report shows the failed run, else the last one
      const told = runs.find(({ status }) => status === 'failed') ?? runs.at(-1)!
      const html = await new ReportGenerator(taskManager).generateHtmlReport({ runId: told.runId })
      const report = await writeOutput(join(workDir, 'report.html'), html)
      if (input.json) printJson({ runs: runs.map(({ runId }) => runId), report })
      else show((wide) => demoView({ ...answers, report }, wide))
    } finally {
      await taskManager.close()
    }
  },
})
