import { workflowFacts, workflowVerdict, plain } from '@runspan/story'
import { describe, expect, test } from 'vitest'

import { dashboardHtml } from './dashboard-html.ts'
import { sixtyRuns } from './dashboard.fixture.ts'

const shown = (text: string): string => text.replaceAll(/[\u202F\u00A0]/g, ' ')

describe('the headline', () => {
  const document = sixtyRuns()
  const failedLast = document.runs.map((run, i) => (i >= 57 ? { ...run, status: 'failed' as const } : run))

  test('failing goes before slower, slower before flaky, flaky before fine', () => {
    const title = (more: Parameters<typeof sixtyRuns>[0]): string =>
      shown(plain(workflowVerdict(sixtyRuns(more)).title))
    expect(title({ runs: failedLast })).toBe('Failing since 23 Nov: the last 3 runs')
    expect(title({})).toBe('Slower since 15 Nov: 3 min 15 s, was 2 min 51 s')
    expect(title({ changes: [] })).toBe('Flaky: load-warehouse, in 20 % of the runs')
    expect(title({ changes: [], flaky: [] })).toBe('Fine: 57 of 60 runs completed, typically in 2 min 56 s')
    expect(title({ runs: [] })).toBe('No runs in this period')
  })

  test('takes its numbers from one source: of a list that is cut short, what it has of the latest', () => {
    const more = { changes: [], flaky: [], stats: { ...document.stats, totalRuns: 3000, completedRuns: 2943 } }
    expect(shown(plain(workflowVerdict(sixtyRuns(more)).title))).toBe(
      'Fine: 57 of the latest 60 runs completed, typically in 2 min 56 s',
    )
    expect(shown(dashboardHtml(sixtyRuns(more)))).toContain('3 of the latest 60 runs failed')
    expect(shown(dashboardHtml(sixtyRuns(more)))).toContain('median of the completed of the latest 60 runs')
    expect(shown(dashboardHtml(sixtyRuns()))).not.toContain('of the latest 60 runs')
    // a sampled run represents others, and only stored ones can be listed
    const sampled = { ...more.stats, sampling: { storedRuns: 60, unknownRuns: 0 } }
    expect(shown(plain(workflowVerdict(sixtyRuns({ ...more, stats: sampled })).title))).toContain(
      '57 of 60 stored runs',
    )
    const fails = workflowFacts(sixtyRuns({ stats: sampled })).find(({ label }) => label === 'What fails')!
    expect(shown(plain(fails.prose))).toContain('ended 3 of 60 stored runs')
  })

  test('and the sentences: the last run, what changed, what fails', () => {
    const told = Object.fromEntries(workflowFacts(document).map(({ label, prose }) => [label, shown(plain(prose))]))
    expect(told['The last run']).toBe(
      'failed after 4 min, begun 24 Nov 2026, 02:00 UTC: load-warehouse[5], TimeoutError. That is 24 % longer than usual. Open the run',
    )
    expect(told['What changed']).toContain('transform takes 34 % longer since 15 Nov')
    expect(told['What fails']).toContain('ended 3 of 60 runs: TimeoutError')
  })
})

test('one file under 1.5 MB, of few runs, of many, of none; no name can end its data', () => {
  for (const count of [60, 400, 3]) {
    const html = dashboardHtml(sixtyRuns({}, count))
    expect(Buffer.byteLength(html)).toBeLessThan(1_500_000)
    expect(html).not.toMatch(/>NaN|NaN%/)
  }
  expect(
    dashboardHtml(sixtyRuns({ runs: [], cells: [], groups: [], shares: [], changes: [], failures: [], flaky: [] })),
  ).toContain('No run of this workflow')
  const hostile = '</script><script>alert(1)</script>'
  const html = dashboardHtml(
    sixtyRuns({
      workflow: hostile,
      cells: sixtyRuns().cells.map((cell) => ({ ...cell, name: hostile })),
      groups: [{ ...sixtyRuns().groups[0]!, name: hostile }],
    }),
  )
  expect(html.match(/<script/g)).toHaveLength(2)
})

test('headings say that tasks are counted, once a run: the terminal counts attempts', () => {
  const html = dashboardHtml(sixtyRuns())
  for (const heading of ['Tasks ran', 'Task p50', 'Task p95', 'Tasks retried', 'Tasks failed'])
    expect(html).toContain(`>${heading}</th>`)
  expect(html).not.toMatch(/>(p50|p95|Ran|Retried|Failed)<\/th>/)
  expect(html).toContain('A task counts once a run')
})
