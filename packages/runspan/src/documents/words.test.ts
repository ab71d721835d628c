import type { UsualDuration } from '@runspan/analytics'
import { runReportHtml } from '@runspan/report'
import { expect, test } from 'vitest'

import { runView } from '../terminal/run-view.ts'
import { attempt, nightlyOrders, report, skipped } from '../terminal/run.fixture.ts'
import { makeTerminal } from '../terminal/terminal.ts'

/* The terminal and the document tell the same run with the same numbers. */

const now = new Date('2026-11-24T15:12:00Z')

/** `1m35s`, `12.0s`, `55%` as the document writes them. */
function asInDocument(text: string): string {
  return text
    .replace(/^(\d+)m00s$/, '$1 min')
    .replace(/^(\d+)m(\d+)s$/, (_, minutes: string, seconds: string) => `${minutes} min ${Number(seconds)} s`)
    .replace(/^(\d+)h(\d+)m$/, '$1 h $2 min')
    .replace(/^([\d.]+)(µs|ms|s)$/, '$1 $2')
    .replace(/^(<?[\d.]+)%$/, '$1 %')
}

const failed = nightlyOrders()
const usual: UsualDuration = { runs: 20, medianSeconds: 194, p95Seconds: 202, durations: [] }
const cases = [
  failed,
  report([attempt('a', 0, 0.0382), attempt('b', 0.05, 7400)], ['a', 'b']),
  report([attempt('a', 3, 61.5), skipped('b', 62, 'not today')], ['a'], { durationSeconds: 75.2, tailSeconds: 13.7 }),
]

test.each(cases)('run %#', (run) => {
  const lines = runView({ run, usual }, makeTerminal({ width: 200, color: false, now }))
  const said = lines
    .filter((line) => /^ {2}(against usual|time went to)|(completed in|failed after) /.test(line))
    .join('\n')
  const numbers = said.match(/<?\d[\d.]*(?:%|µs|ms|s\b)|\d+m\d\ds|\d+h\d\dm/g) ?? []
  expect(numbers.length).toBeGreaterThan(3)
  const html = runReportHtml({ run, usual, history: [], trends: [], seen: [], madeAt: now, version: '0' })
  const words = html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll(/[\u202F\u00A0]/g, ' ')
  for (const number of numbers) expect(words).toContain(asInDocument(number))
})

test('a completed run with failed tasks: terminal and document tell one story', () => {
  const error = { type: 'Error', message: 'no', stack: null }
  const run = report(
    [
      attempt('a', 0, 1, { status: 'failed', error }),
      attempt('b', 0, 2, { status: 'failed', error }),
      skipped('c', 2, 'a failed'),
      attempt('d', 2, 10),
    ],
    ['d'],
    { status: 'completed' },
  )
  const lines = runView({ run, usual: null }, makeTerminal({ width: 200, color: false, now }))
  expect(lines.find((line) => line.includes('what failed'))?.trim()).toBe(
    'what failed     a: Error: no; b failed too; c did not run; the run completed all the same',
  )
  const html = runReportHtml({ run, usual: null, history: [], trends: [], seen: [], madeAt: now, version: '0' })
  const told = html.replaceAll(/<[^>]*>/g, '')
  expect(told).toContain('a failed: Error: no. b failed too. So c did not run. The run completed all the same.')
})
