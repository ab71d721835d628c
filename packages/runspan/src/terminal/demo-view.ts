import { relative } from 'node:path'

import { timesUsual } from '@runspan/analytics'
import { counted } from '@runspan/story'

import type { DemoAnswers } from '../demo/demo-answers.ts'
import { nodesView } from './nodes-view.ts'
import { bytes, change, count, duration, percent } from './numbers.ts'
import { noteOf } from './runs-view.ts'
import { shellId } from './shell-id.ts'
import { shellWord } from './shell-word.ts'
import { bar } from './spark.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Terminal } from './terminal.ts'
import { cells, cutEnd, cutMiddle, padEnd, padStart, visible, wrap } from './text.ts'

const BAR = 14
/** Maximum width of a command with an explanation next to it. */
const COMMAND = 45

/** Returns the end of the demo: runs, tasks, the bottleneck with its reason, and the next commands. */
export function demoView(answers: DemoAnswers & { readonly report: string }, terminal: Terminal): string[] {
  const { runs, stats, nodes } = answers
  const tasks = runs.reduce((sum, { run }) => sum + run.tasks.total, 0)
  const longest = Math.max(...runs.map(({ run }) => run.durationSeconds), 1e-9)
  const lines = [
    `${terminal.style('bold', `${counted(runs.length, 'run')} of ${answers.workflow} ${runs.length === 1 ? 'is' : 'are'} recorded.`)}  ${terminal.style('dim', `${duration(answers.seconds)}, ${count(tasks)} tasks, ${count(answers.spans)} spans`)}`,
    '',
    ...runs.map(({ run, note, usual }) => {
      const times = timesUsual(run, usual)
      const compared = times === null ? '' : change(times)
      const status = padEnd(run.status, 9)
      const head = `  ${statusGlyph(run.status, terminal)} ${run.status === 'completed' ? status : terminal.style('bold', status)}  ${padStart(duration(run.durationSeconds), 7)}  ${padEnd(terminal.style(statusStyle(run.status), bar(run.durationSeconds / longest, BAR, terminal)), BAR)}  ${compared === 'same' ? terminal.style('dim', padStart(compared, 6)) : terminal.style('bold', padStart(compared, 6))}  `
      const words =
        run.status === 'failed'
          ? noteOf(run)
          : run.status === 'completed' && run.tasks.retries > 0
            ? 'a task failed and recovered'
            : note
      return head + cutEnd(words, terminal.width - cells(head))
    }),
    '',
    ...nodesView({ workflow: answers.workflow, nodes }, terminal),
    '',
    ...bottleneck(answers, terminal),
    `${successWords(stats)}`,
    '',
    terminal.style('bold', 'See for yourself'),
    '',
    ...commands(answers, terminal),
    '',
    `  ${padEnd(terminal.style('dim', 'report'), 10)}${cutEnd(shortPath(answers.report), terminal.width - 12)}`,
    `  ${padEnd(terminal.style('dim', 'data'), 10)}${cutEnd(`${shortPath(answers.dataDir)}, ${bytes(answers.dataBytes)}`, terminal.width - 12)}`,
  ]
  return lines
}

/** Returns the task with the largest share of the critical path, because only that shortens runs. */
function bottleneck({ nodes }: DemoAnswers, terminal: Terminal): string[] {
  const top = nodes.toSorted((a, b) => b.shareOfCriticalPath - a.shareOfCriticalPath)[0]
  if (top === undefined || top.shareOfCriticalPath === 0) return []
  const busy =
    top.avgDurationSeconds === null || top.avgDurationSeconds === 0
      ? 0
      : top.cpuSeconds / top.count / top.avgDurationSeconds
  const why =
    busy >= 0.8
      ? `it computes all the time (${percent(Math.min(busy, 9.99))} of a core), so faster code shortens the run`
      : 'it waits more than it computes'
  const text = `The bottleneck is ${terminal.style('bold', cutMiddle(visible(top.nodeId), 40))}: ${percent(top.shareOfCriticalPath)} of the critical path; ${why}.`
  return wrap(text, terminal.width)
}

function successWords({ totalRuns, completedRuns, successRate }: DemoAnswers['stats']): string {
  return successRate === null
    ? 'No run has ended yet.'
    : `${percent(completedRuns / totalRuns)} of all runs so far completed: ${completedRuns} of ${totalRuns}.`
}

function commands({ runs, workflow }: DemoAnswers, terminal: Terminal): string[] {
  const failed = runs.find(({ run }) => run.status === 'failed')?.run
  const slowest = runs.map(({ run }) => run).toSorted((a, b) => b.durationSeconds - a.durationSeconds)[0]
  const rows: [string, string][] = [
    ...(failed === undefined
      ? []
      : [
          [`${terminal.program} run ${shellId(failed.runId)}${terminal.where}`, 'the failed run, as a waterfall'] as [
            string,
            string,
          ],
        ]),
    ...(slowest === undefined
      ? []
      : [
          [`${terminal.program} run ${shellId(slowest.runId)}${terminal.where}`, 'the slowest one'] as [string, string],
        ]),
    [
      `${terminal.program} stats --workflow ${shellWord(visible(workflow))}${terminal.where}`,
      'how many, how well, how long',
    ],
    [`${terminal.program} sql "select count() from otel_traces"${terminal.where}`, 'the data itself'],
  ]
  // a long command needs no explanation
  const short = rows.map(([command]) => cells(command)).filter((width) => width <= COMMAND)
  const width = Math.max(0, ...short)
  return rows.map(([command, words]) =>
    cells(command) > width
      ? `  ${command}`
      : `  ${padEnd(command, width)}   ${terminal.style('dim', cutEnd(words, terminal.width - width - 5))}`,
  )
}

/** Returns a path relative to the working directory, if that is shorter. */
function shortPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near !== '' && near.length < path.length ? near : path
}
