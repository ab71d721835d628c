import { join } from 'node:path'

import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type Verb, verb, withData } from '../verb.ts'

/** `runspan demo`: a real pipeline, run a dozen times, and what there is to see. */
export const demoVerb: Verb = () =>
  withData(
    verb('demo', 'runs a real pipeline several times and shows what there is to see', [
      'runspan demo',
      'runspan demo --data /tmp/demo',
    ]),
  ).action(async (flags: DataFlags & { json?: true }) => {
    // before anything is loaded: a pipe and a slow machine show nothing for seconds otherwise
    const isTerminal = process.stderr.isTTY
    printNotice('Recording runs of a real pipeline: half a minute.')
    const { dataDirectory } = await import('@runspan/configuration')
    const { runDemo } = await import('../../demo/run-demo.ts')
    const { terminal } = await import('../../terminal/terminal.ts')
    const dataDir = dataDirectory(flags.data).path
    const workDir = join(dataDir, 'demo')
    const screen = terminal()
    const { runs, seconds, taskManager } = await runDemo({
      dataDir,
      clickhouse: flags.clickhouse,
      workDir,
      onProgress: (done, total, note) => {
        const line = done === total ? note : `run ${done + 1} of ${total}: ${note}`
        if (isTerminal) process.stderr.write(`\r\u001B[K${screen.style('dim', line)}`)
        else printNotice(line)
      },
    })
    try {
      const { demoAnswers } = await import('../../demo/demo-answers.ts')
      const { demoReport } = await import('../../demo/demo-report.ts')
      const { demoView } = await import('../../terminal/demo-view.ts')
      const { writeOutput } = await import('../../documents/write-output.ts')
      const answers = await demoAnswers(taskManager, runs, seconds, dataDir)
      if (isTerminal) process.stderr.write('\r\u001B[K')
      const report = await writeOutput(join(workDir, 'report.html'), await demoReport(taskManager, runs))
      if (flags.json) printJson({ runs: runs.map(({ runId }) => runId), report })
      else show((wide) => demoView({ ...answers, report }, wide))
    } finally {
      await taskManager.close()
    }
  })
