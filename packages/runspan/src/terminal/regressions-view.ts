import type { ComparedSide, FailureRegression, Regressions, TaskRegression } from '@runspan/analytics'
import { compactChance, compactDifference, counted, day } from '@runspan/story'

import { change, count, duration, percent } from './numbers.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { visible, wrap } from './text.ts'

export interface RegressionsViewData {
  readonly answer: Regressions
  readonly workflow?: string | undefined
}

/** Returns what changed between two sides, by how much and with what certainty; the unchanged tasks in one sentence. */
export function regressionsView({ answer, workflow }: RegressionsViewData, terminal: Terminal): string[] {
  const { baseline, candidate, durations, failures } = answer
  if (baseline === null || candidate === null) {
    return wrap('There is nothing to compare with: no tasks in the 28 days before the last seven.', terminal.width)
  }
  const title = workflow === undefined ? 'all workflows' : visible(workflow)
  const head = wrap(`${title}: ${sideText(candidate)} against ${sideText(baseline)}`, terminal.width)
  const changed = durations.filter(({ verdict }) => verdict !== 'same')
  const failing = failures.filter(({ verdict }) => verdict !== 'same')
  const slower = changed.filter(({ verdict }) => verdict === 'slower')
  const faster = changed.filter(({ verdict }) => verdict === 'faster')
  const several = workflow === undefined
  const lines = head.map((line, i) => (i === 0 ? terminal.style('bold', line) : line))
  if (slower.length + faster.length > 0) lines.push('', ...durationTable([...slower, ...faster], several, terminal))
  if (failing.length > 0) lines.push('', ...failureTable(failing, several, terminal))
  return [...lines, '', ...closing(answer, changed.length + failing.length, terminal)]
}

function durationTable(rows: readonly TaskRegression[], several: boolean, terminal: Terminal): string[] {
  return table<TaskRegression>(
    [
      {
        title: 'TASK',
        text: ({ nodeId }) => visible(nodeId),
        cut: 'middle',
        least: 8,
        style: (text, { verdict }) => (verdict === 'slower' ? terminal.style('bold', text) : text),
      },
      ...workflowColumn<TaskRegression>(several),
      { title: 'CHANGE', align: 'right', text: ({ ratio }) => change(ratio, 0) },
      { title: 'BEFORE', align: 'right', text: ({ baselineMedianSeconds }) => duration(baselineMedianSeconds) },
      { title: 'NOW', align: 'right', text: ({ candidateMedianSeconds }) => duration(candidateMedianSeconds) },
      ...attemptsColumn<TaskRegression>(terminal),
      { title: 'BY CHANCE', align: 'right', text: ({ qValue }) => compactChance(qValue) },
    ],
    rows,
    terminal,
  )
}

function failureTable(rows: readonly FailureRegression[], several: boolean, terminal: Terminal): string[] {
  return table<FailureRegression>(
    [
      {
        title: 'FAILS',
        text: ({ nodeId }) => visible(nodeId),
        cut: 'middle',
        least: 8,
        style: (text, { verdict }) => (verdict === 'more often' ? terminal.style('bold', text) : text),
      },
      ...workflowColumn<FailureRegression>(several),
      { title: 'BEFORE', align: 'right', text: ({ baselineFailureRate }) => percent(baselineFailureRate) },
      { title: 'NOW', align: 'right', text: ({ candidateFailureRate }) => percent(candidateFailureRate) },
      ...attemptsColumn<FailureRegression>(terminal),
      { title: 'BY CHANCE', align: 'right', text: ({ qValue }) => compactChance(qValue) },
    ],
    rows,
    terminal,
  )
}

function workflowColumn<Row extends { readonly workflow: string }>(several: boolean): Column<Row>[] {
  return several ? [{ title: 'WORKFLOW', text: ({ workflow }) => visible(workflow), cut: 'middle', least: 6 }] : []
}

function attemptsColumn<Row extends { readonly baselineCount: number; readonly candidateCount: number }>(
  terminal: Terminal,
): Column<Row>[] {
  if (terminal.width < 80) return []
  return [
    {
      title: 'ATTEMPTS',
      align: 'right',
      text: ({ baselineCount, candidateCount }) => `${count(baselineCount)}, ${count(candidateCount)}`,
    },
  ]
}

/** Returns a sentence on what did not change and on what could not have been detected. */
function closing(answer: Regressions, changes: number, terminal: Terminal): string[] {
  const compared = answer.durations.length
  const same = compared - answer.durations.filter(({ verdict }) => verdict !== 'same').length
  const smallest = answer.durations.map(({ smallestDetectableRatio }) => smallestDetectableRatio).sort((a, b) => a - b)
  const middle = smallest[Math.floor(smallest.length / 2)]
  const words = [
    compared === 0
      ? 'No task has eight completed attempts on both sides.'
      : changes === 0
        ? `${counted(compared, 'task')} compared: none differs by more than chance and 10%.`
        : `${counted(same, 'other task')} compared ${same === 1 ? 'takes' : 'take'} as long as before, as far as can be told.`,
    ...(middle === undefined || middle === 1.1
      ? []
      : [`Of half of them a change under ${compactDifference(middle, 0)} would not have been seen.`]),
    ...(answer.insufficient === 0 ? [] : [`${counted(answer.insufficient, 'task')} ran too seldom to compare.`]),
  ]
  return wrap(words.join(' '), terminal.width - 2).map((line) => `  ${terminal.style('dim', line)}`)
}

function sideText({ from, to, version }: ComparedSide): string {
  if (version !== undefined) return `version ${visible(version)}`
  return `${day(from)} to ${day(to)}`
}
