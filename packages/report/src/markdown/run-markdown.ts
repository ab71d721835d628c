import type { RunDocument, RunSections } from '@runspan/analytics'
import {
  afterStart,
  counted,
  duration,
  errorKinds,
  runFacts,
  runFigures,
  GLYPHS,
  names,
  pathRows,
  type RunStory,
  runStory,
  shortName,
  shortText,
  stackLines,
  timestamp,
  runTitle,
  visible,
  wholePercent,
} from '@runspan/story'

import { OWN_PACKAGES } from '../own-packages.ts'
import { markdownCode, markdownProse, markdownTable, markdownText } from './escape.ts'
import { gantt } from './gantt.ts'

/** Maximum UTF-8 bytes; a job summary accepts more, a comment 65,536 characters. */
const MOST_BYTES = 60_000
const MOST_TASKS = 200
const STACK_LINES = 40

/** Returns one run as Markdown for a job summary or a comment: under 60 kB, with all names escaped. */
export function runMarkdown(document: RunDocument, sections: RunSections = {}): string {
  const { includeErrors = true, includeTimeline = true } = sections
  const story = runStory(document)
  const parts = [
    head(story),
    markdownTable(
      runFigures(story).map(({ label }) => label),
      [runFigures(story).map(({ value, note }) => `**${markdownText(value)}**<br>${markdownText(note)}`)],
    ),
    ...(includeTimeline ? [tasksThatMatter(story), timeline(story)] : []),
    ...(includeErrors ? errors(story) : []),
    allTasks(story),
    `Made by runspan ${markdownText(document.version)} at ${timestamp(document.madeAt)}. “Waited” is the time between ready and started.`,
  ]
  return fitting(parts.filter((part) => part !== null))
}

/** Returns whole parts that fit: a cut table or fold would damage the rest. */
function fitting(parts: readonly string[]): string {
  const said = '\n\nThe rest was left out to stay under 60 kB: `runspan report` without `--format` has all.\n'
  let text = ''
  for (const part of parts) {
    const longer = text === '' ? part : `${text}\n\n${part}`
    if (Buffer.byteLength(longer) + Buffer.byteLength(said) > MOST_BYTES) return `${text}${said}`
    text = longer
  }
  return `${text}\n`
}

function head(story: RunStory): string {
  const { run } = story
  return [
    `**${GLYPHS[run.status]} ${markdownProse(runTitle(story))}** · **${markdownText(shortName(run.workflow, 80))}** · run ${markdownCode(run.runId)} · ${timestamp(new Date(run.startTime))}`,
    ...runFacts(story).map(({ label, prose }) => `**${label}:** ${markdownProse(prose)}`),
  ].join('\n\n')
}

function tasksThatMatter(story: RunStory): string | null {
  const rows = pathRows(story)
  const failed = story.chains
    .filter(({ status, onPath }) => (status === 'failed' || status === 'lost') && !onPath)
    .slice(0, 20)
  if (rows.length === 0 && failed.length === 0) return null
  return markdownTable(
    ['Task', 'Waited', 'Ran', 'Of the run'],
    [
      ...rows
        .slice(0, 20)
        .map((row) => [
          `${row.failed ? `${GLYPHS.failed} ` : ''}${row.isTask ? markdownCode(shortName(row.name, 60)) : row.name}`,
          duration(row.waitSeconds),
          duration(row.ranSeconds),
          markdownText(wholePercent(row.share)),
        ]),
      ...failed.map((chain) => [
        `${GLYPHS[chain.status]} ${markdownCode(shortName(chain.nodeId, 60))}`,
        duration(chain.attempts[0]!.queueSeconds),
        duration(chain.end - chain.start),
        'not on the critical path',
      ]),
    ],
    [1, 2, 3],
  )
}

function timeline(story: RunStory): string | null {
  const chart = gantt(story)
  if (chart === null) return null
  const more = chart.hidden > 0 ? ` ${counted(chart.hidden, 'row')} more are left out.` : ''
  return fold(
    `Timeline of ${counted(story.chains.length, 'task')}`,
    `${chart.text}\n\nRed failed, blue is the critical path. Times are those of your own zone.${more}`,
  )
}

function errors(story: RunStory): string[] {
  return errorKinds(story)
    .slice(0, 20)
    .map((kind) => {
      const summary = `${kind.recovered ? 'Recovered' : 'Error'}: ${shortText(`${kind.type}: ${kind.message.split('\n', 1)[0] || 'no message'}`, 160)}`
      const where = `${markdownProse(names(kind.nodes, 4))}, ${counted(kind.attempts.length, 'attempt')}, last at ${afterStart(kind.last)}`
      return fold(summary, kind.stack === null ? where : `${where}\n\n${stackBlock(kind.stack)}`)
    })
}

/** Returns a block with a fence that no line of a stack can close. */
function stackBlock(stack: string): string {
  const lines = stackLines(stack, OWN_PACKAGES)
    .lines.slice(0, STACK_LINES)
    .map(({ text }) => visible(text).toWellFormed())
  const fence = '`'.repeat(
    Math.max(3, 1 + Math.max(0, ...[...lines.join('\n').matchAll(/`+/g)].map(([run]) => run.length))),
  )
  return `${fence}text\n${lines.join('\n')}\n${fence}`
}

function allTasks({ chains }: RunStory): string | null {
  if (chains.length === 0) return 'This run recorded no tasks.'
  const rows = chains.toSorted((a, b) => b.end - b.start - (a.end - a.start))
  const shown = rows.slice(0, MOST_TASKS)
  return fold(
    shown.length < rows.length
      ? `The ${shown.length} longest of ${rows.length} tasks`
      : `All ${counted(rows.length, 'task')}`,
    markdownTable(
      ['Task', 'Status', 'Attempts', 'Started', 'Ran'],
      shown.map((chain) => [
        markdownCode(shortName(chain.nodeId, 60)),
        `${GLYPHS[chain.status]} ${chain.status}`,
        String(chain.attempts.length),
        afterStart(chain.start),
        chain.status === 'skipped' ? 'not run' : duration(chain.end - chain.start),
      ]),
      [2, 3, 4],
    ),
  )
}

function fold(summary: string, content: string): string {
  const text = summary
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
  return `<details>\n<summary>${text}</summary>\n\n${content}\n\n</details>`
}
