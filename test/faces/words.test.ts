import type { RunComparison, RunDocument, RunReport, WatchedRun } from '@runspan/analytics'
import type { RunEndType, RunStatus } from '@runspan/model'
import { comparisonHtml, comparisonPicture, dashboardHtml, runMarkdown, runReportHtml } from '@runspan/report'
import { describe, expect, test } from 'vitest'

import { noticesOf } from '../../packages/notify/src/alerts/notices.ts'
import { aboutRun, runWords } from '../../packages/notify/src/conditions/found-runs.ts'
import { eventText } from '../../packages/notify/src/webhooks/event-text.ts'
import { slackBody } from '../../packages/notify/src/webhooks/slack.ts'
import { sixtyRuns } from '../../packages/report/src/dashboard/dashboard.fixture.ts'
import { compareView } from '../../packages/runspan/src/terminal/compare-view.ts'
import { runView } from '../../packages/runspan/src/terminal/run-view.ts'
import { statsView } from '../../packages/runspan/src/terminal/stats-view.ts'
import { makeTerminal } from '../../packages/runspan/src/terminal/terminal.ts'
import { attempt, documentOf, nightlyOrders, runOf, skipped, summaryOf } from '../../packages/story/src/run.fixture.ts'
import { clauseOf, longForm, saidInHtml, saidInMarkdown, saidInTerminal } from './without-looks.ts'

/* One run, one workflow, one comparison: every view has the same sentences, and adds only looks. */

const now = new Date('2026-11-24T15:12:00Z')
const terminal = makeTerminal({ width: 5000, color: true, now })
const printed = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g'), ''))

const usual = { runs: 20, medianSeconds: 194, p95Seconds: 202, durations: [] }
const broken = { type: 'TimeoutError', message: 'warehouse *did* not answer\nwithin 30 s', stack: null }
const done = attempt('extract', 0.4, 41)
const open = attempt('load', 50, 84, {
  status: 'running',
  endTime: null,
  progress: { done: 31, total: 50, message: 'orders of <24> November' },
})
const timeLeft = {
  runId: 'r',
  workflow: 'nightly-orders',
  status: 'running' as const,
  elapsedSeconds: 84,
  leftSeconds: 111,
  p10LeftSeconds: 90,
  p90LeftSeconds: 4000,
  expectedEndTime: null,
  overdue: false,
  historyRuns: 20,
  runningTasks: ['load'],
  waitingTasks: ['publish'],
  basis: 'tasks' as const,
}

const ended = (status: RunStatus, more: Partial<RunReport> = {}, about: Partial<RunDocument> = {}): RunDocument =>
  documentOf(runOf([done, attempt('load', 50, 84), attempt('publish', 90, 91)], [done], { status, ...more }), about)

const RUNS: Readonly<Record<string, RunDocument>> = {
  'a large failed one': nightlyOrders(),
  pending: documentOf(runOf([], [], { status: 'pending', endTime: null, durationSeconds: 7400 })),
  running: documentOf(runOf([done, open], [done], { status: 'running', endTime: null, durationSeconds: 84 }), {
    usual,
    timeLeft,
  }),
  'running, longer than ever': documentOf(
    runOf([done, open], [done], { status: 'running', endTime: null, durationSeconds: 8400 }),
    { usual, timeLeft: { ...timeLeft, overdue: true, leftSeconds: null } },
  ),
  'running, by what is usual': documentOf(
    runOf([done, open], [done], { status: 'running', endTime: null, durationSeconds: 84 }),
    { usual },
  ),
  completed: ended('completed'),
  'completed, as usual': ended('completed', { durationSeconds: 195 }, { usual }),
  'completed in milliseconds': ended('completed', { durationSeconds: 0.0382 }, { usual: { ...usual, runs: 7 } }),
  'completed, many times longer': ended('completed', { durationSeconds: 194 * 12 }, { usual }),
  'completed all the same': documentOf(
    runOf(
      [
        attempt('a', 0, 1, { status: 'failed', error: broken }),
        attempt('b', 0, 2, { status: 'failed', error: broken }),
        skipped('c', 2, 'a failed'),
        attempt('d[`x`|2]', 2, 10),
      ],
      [],
      { status: 'completed' },
    ),
  ),
  failed: ended('failed', { error: 'no *such* <table>' }, { usual }),
  cancelled: ended('cancelled', { error: 'somebody_pressed_stop' }, { usual }),
  lost: ended('lost', { durationSeconds: 84, error: 'no sign of life since 2026-11-24T14:01:35Z' }),
  'lost for a reason': ended('lost', { durationSeconds: 84, error: 'process 12 on a.example is gone' }),
}

describe.each(Object.entries(RUNS))('a run: %s', (_, document) => {
  const { run } = document
  const html = saidInHtml(runReportHtml(document))
  const view = saidInTerminal(printed(runView({ ...document }, terminal)))

  test('report, Markdown and terminal say the same sentences', () => {
    expect(html.heading).toMatch(/^[A-Z]/)
    expect(saidInMarkdown(runMarkdown(document))).toEqual(html)
    expect(view.facts).toEqual(html.facts)
    expect(clauseOf(view.heading, 'nightly-orders')).toBe(clauseOf(html.heading))
  })

  test.runIf(['completed', 'failed', 'cancelled', 'lost'].includes(run.status))('so do chat and alerts', () => {
    const found = {
      ...run,
      run_id: run.runId,
      shownId: run.runId,
      duration_ns: run.durationSeconds * 1e9,
      end: run.endTime!.replace('T', ' ').replace('Z', ''),
    } as unknown as WatchedRun
    const finding = aboutRun(found, { ongoing: false, words: runWords(found) })
    const entry = { ...finding, firedAt: now.toISOString(), seenAt: now.toISOString(), told: true }
    const rule = { name: 'r', condition: { type: 'failedRun' as const }, targets: [] }
    const [notice] = noticesOf(rule, { entries: [], saidAt: [], fired: [{ entry, finding }], recovered: [] }, now)
    expect(notice!.message).toBe(view.heading)
    const event = {
      type: `run.${run.status}` as RunEndType,
      id: 'e',
      time: new Date(run.endTime!),
      runId: run.runId,
      workflowId: run.workflow,
      duration: run.durationSeconds,
      error: null,
    }
    const { text } = JSON.parse(slackBody({ ...eventText(event), context: [] })) as { text: string }
    expect(text.replaceAll('*', '')).toBe(view.heading)
  })
})

const ended60 = sixtyRuns().runs.map((summary) => ({ ...summary, status: 'completed' as const }))
const WORKFLOWS = {
  'with a failed last run, and slower': sixtyRuns(),
  flaky: sixtyRuns({ changes: [] }),
  fine: sixtyRuns({ changes: [], flaky: [], failures: [], runs: ended60 }),
  failing: sixtyRuns({ runs: ended60.map((run, i) => ({ ...run, status: i > 56 ? 'failed' : 'completed' })) }),
  'lost last': sixtyRuns({ runs: ended60.map((run, i) => ({ ...run, status: i === 59 ? 'lost' : 'completed' })) }),
  'running last': sixtyRuns({
    runs: ended60.map((run, i) => ({ ...run, status: i === 59 ? 'running' : 'completed' })),
  }),
  'cut short': sixtyRuns({ changes: [], flaky: [], stats: { ...sixtyRuns().stats, totalRuns: 6000 } }),
}

test.each(Object.entries(WORKFLOWS))('a workflow %s: dashboard and terminal say the same sentences', (_, document) => {
  const said = saidInHtml(dashboardHtml({ ...document, reports: {} }))
  const { workflow, stats, from } = document
  const view = statsView({ stats, recent: [], workflow, from, told: { ...document, reports: {} } }, terminal)
  expect(said.facts.length).toBeGreaterThan(1)
  expect(saidInTerminal(printed(view).slice(1))).toEqual(said)
})

const took = (seconds: number, more: Partial<RunReport> = {}): RunDocument => {
  const task = attempt('transform', 0, seconds)
  return documentOf(runOf([task], [task], more))
}
const COMPARED: Readonly<Record<string, readonly RunDocument[]>> = {
  longer: [took(131), took(151)],
  shorter: [took(151.5), took(0.0382)],
  'as long': [took(131), took(131.4)],
  'three of them': [took(131), took(151), took(140)],
  'one failed': [took(131), took(0.475, { status: 'failed' }), took(151)],
  'first failed': [took(0.475, { status: 'failed' }), took(131), took(151)],
  'only one completed': [took(131), took(30, { status: 'cancelled' })],
  'none completed': [took(131, { status: 'lost' }), took(84, { status: 'running', endTime: null })],
}

test.each(Object.entries(COMPARED))(
  'runs compared, %s: document, picture and terminal say the same',
  (_, documents) => {
    const { heading } = saidInHtml(comparisonHtml(documents))
    const answer: RunComparison = {
      runs: documents.map(({ run }) => ({
        run: { ...summaryOf(run), durationSeconds: run.durationSeconds, endTime: run.endTime, status: run.status },
        differenceSeconds: null,
        ratio: null,
        tailSeconds: 0,
        skewSeconds: 0,
        workSeconds: 0,
        waitSeconds: 0,
        averageParallelism: null,
      })),
      compared: null,
      tasks: [],
    }
    expect(longForm(printed(compareView(answer, terminal))[0]!)).toBe(heading)
    expect(longForm(comparisonPicture(documents).title)).toBe(heading)
  },
)
