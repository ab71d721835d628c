import { execFileSync } from 'node:child_process'

import type { UsualDurations } from '@runspan/analytics'
import { shortId } from '@runspan/story'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { attempt } from '../../../story/src/run.fixture.ts'
import { demoView } from './demo-view.ts'
import { nodesView } from './nodes-view.ts'
import { rowsView } from './rows-view.ts'
import { runView } from './run-view.ts'
import { nightlyOrders, report, summary } from './run.fixture.ts'
import { runsView } from './runs-view.ts'
import { shellId } from './shell-id.ts'
import { shellWord } from './shell-word.ts'
import { statsView } from './stats-view.ts'
import { tasksView } from './tasks-view.ts'
import { dataFlags, makeTerminal, type Terminal } from './terminal.ts'
import { cells, clip } from './text.ts'

const now = new Date('2026-11-24T15:12:00Z')
const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`, 'g')
const plain = (width: number): Terminal => makeTerminal({ width, color: false, now })

const usual: UsualDurations = {
  runs: 20,
  medianSeconds: 194,
  p95Seconds: 202,
  durations: Array.from({ length: 20 }, (_, i) => ({ runId: String(i), startTime: now, seconds: 190 + (i % 3) * 4 })),
}

/** Checks the width of the printed lines. */
function expectWithin(lines: readonly string[], width: number): void {
  for (const line of lines.map((text) => clip(text, width)))
    expect(cells(line), `${width} cells: ${line}`).toBeLessThanOrEqual(width)
}

test('a failed run at 80 cells', () => {
  expect(runView({ run: nightlyOrders(), usual }, plain(80)).join('\n')).toMatchInlineSnapshot(`
    "✕ nightly-orders failed after 4m02s
      01a20b4a-52f1-7c3e-9b1d-6f0a8e2c4d77, 24 Nov 2026, 14:00:11 UTC
      107 tasks: ✓ 104 ✕ 1 – 2

      what failed     load-warehouse[5] failed on its third and last attempt:
                      TimeoutError: warehouse did not answer within 30s. So
                      build-marts and publish-dashboard did not run.
      against usual   25% longer than usual. The last 20 completed runs before it
                      took 3m14s (median); 19 of 20 stayed under 3m22s.
                      ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▇
      time went to    Waiting: 2m13s of 4m02s (55%). The 107 tasks worked 8m37s in
                      all; the longest waits were before load-warehouse[5] (1m42s)
                      and extract[99] (24.4s). Then load-warehouse[5], 1m35s (39%).

                            0                     2m
      fetch-manifest        ▇                                                 5.0s ◆
      partition             ▇▇                                                2.6s ◆
      extract ×100           ▇▇▇▇▇▂                                       16 at once
        [99]                     ▇▇                                           4.0s ◆
      load-warehouse[5]                             ╌▇▇▇▇▇✕▇▇▇▇▇✕▇▇▇▇▇▇✕     1m42s ◆
      load-warehouse[1]                              ━━━                     12.0s
      build-marts                    skipped: load-warehouse[5] failed ◇   not run
      publish-dashboard               skipped: build-marts was skipped ◇   not run
      notify                                                           ▇      2.0s ◆

      ▇ ◆ critical path  ━ other  ╌ waited  ▁▄▇ at once  ✕ failed  ◇ skipped
      runspan report 01a20b4a-52f1 -o run.html
      runspan tasks 01a20b4a-52f1   every attempt, with its measurements"
  `)
})

test('a failed run at 60 cells, in ASCII', () => {
  const terminal = makeTerminal({ width: 60, color: false, ascii: true, now })
  const lines = runView({ run: nightlyOrders(), usual }, terminal)
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "x nightly-orders failed after 4m02s
      01a20b4a-52f1-7c3e-9b1d-6f0a8e2c4d77
      24 Nov 2026, 14:00:11 UTC, 107 tasks: + 104 x 1 - 2

      what failed     load-warehouse[5] failed on its third and
                      last attempt: TimeoutError: warehouse did
                      not answer within 30s. So build-marts and
                      publish-dashboard did not run.
      against usual   25% longer than usual. The last 20
                      completed runs before it took 3m14s
                      (median); 19 of 20 stayed under 3m22s.
                      ====================#
      time went to    Waiting: 2m13s of 4m02s (55%). The 107
                      tasks worked 8m37s in all; the longest
                      waits were before load-warehouse[5]
                      (1m42s) and extract[99] (24.4s). Then
                      load-warehouse[5], 1m35s (39%).

                       0             2m
      fetch-manifest   #                                  5.0s *
      partition        #                                  2.6s *
      extract ×100     ####_                          16 at once
        [99]              ##                              4.0s *
      load-wa…ouse[5]                  ####x##x####x     1m42s *
      load-wa…ouse[1]                  ==                12.0s
      build-marts      skipped: load-warehouse[5]… o   not run
      publish…shboard  skipped: build-marts was s… o   not run
      notify                                       #      2.0s *

      # * critical path  = other  . waited  x failed  o skipped
      runspan report 01a20b4a-52f1 -o run.html
      runspan tasks 01a20b4a-52f1"
  `)
})

test('runs at 120 cells', () => {
  const runs = [
    summary({ status: 'running', endTime: null, durationSeconds: 84, error: null }),
    summary({ tasks: { ...summary().tasks, firstFailed: { nodeId: 'load-warehouse[5]', errorType: 'TimeoutError' } } }),
    summary({ status: 'completed', durationSeconds: 197, startTime: '2026-11-23T14:00:00Z' }),
    summary({
      status: 'lost',
      durationSeconds: 131,
      startTime: '2026-11-20T02:00:00Z',
      endTime: '2026-11-20T02:02:14Z',
    }),
  ]
  const data = { runs, usual: runs.map(() => usual), total: 61, filtered: false }
  expect(runsView(data, plain(120)).join('\n')).toMatchInlineSnapshot(`
    "   STATUS     RUN            STARTED          DURATION                   USUAL  TASKS    NOTE
     ▶ running    01a20b4a-52f1  today 14:00        1m24s…  ━━━━━                   104/107
     ✕ failed     01a20b4a-52f1  today 14:00         4m02s  ━━━━━━━━━━━━━━    +25%  104/107  load-warehouse[5]: warehouse d…
     ✓ completed  01a20b4a-52f1  yesterday 14:00     3m17s  ━━━━━━━━━━━       same  104/107  2 retries
     ? lost       01a20b4a-52f1  20 Nov 02:00        2m11s  ━━━━━━━━                104/107  no sign of life since 02:02:14

       4 of 61 runs of nightly-orders, to 24 Nov 2026, 15:12:00 UTC
       runspan run 01a20b4a-52f1   one run, with its waterfall"
  `)
})

test('a table gives way from the least important column on', () => {
  const runs = [summary(), summary({ workflow: 'customer-churn-training', runId: 'order-2026-11-24-eu-west-1-00017' })]
  const data = { runs, usual: [usual, null], total: 2, filtered: false }
  expect(runsView(data, plain(80)).slice(0, 2).join('\n')).toMatchInlineSnapshot(`
    "   STATUS     RUN            WORKFLOW     STARTED      DURATION   USUAL  TASKS
     ✕ failed     01a20b4a-52f1  night…rders  today 14:00     4m02s    +25%  104/107"
  `)
  expect(runsView(data, plain(110)).slice(0, 3).join('\n')).toMatchInlineSnapshot(`
    "   STATUS     RUN            WORKFLOW         STARTED      DURATION           USUAL  TASKS    NOTE
     ✕ failed     01a20b4a-52f1  nightly-orders   today 14:00     4m02s  ━━━━━━    +25%  104/107  warehouse did n…
     ✕ failed     order-…-00017  custome…raining  today 14:00     4m02s  ━━━━━━          104/107  warehouse did n…"
  `)
  expect(runsView(data, plain(60)).slice(0, 2).join('\n')).toMatchInlineSnapshot(`
    "   STATUS     RUN            WORKFLOW      DURATION  TASKS
     ✕ failed     01a20b4a-52f1  nightl…rders     4m02s  104/107"
  `)
})

test('time between attempts is waiting, whatever the queue says', () => {
  const tasks = [attempt('load', 0, 2, { status: 'failed' }), attempt('load', 8, 10, { attempt: 2, status: 'failed' })]
  const lines = runView({ run: report(tasks, ['load'], { status: 'failed' }), usual: null }, plain(80))
  expect(lines.find((line) => line.includes('✕╌'))).toMatchInlineSnapshot(
    `"  load ✕ 2 attempts  ▇▇▇▇▇▇▇▇▇✕╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌▇▇▇▇▇▇▇▇▇✕     10.0s ◆"`,
  )
})

test('times that differ by nanoseconds', () => {
  const tasks = [
    attempt('a', 0, 0, { startTime: '2026-11-24T14:00:11.000000000Z', durationSeconds: 4e-7 }),
    attempt('b', 0, 0, { startTime: '2026-11-24T14:00:11.000000500Z', durationSeconds: 5e-7 }),
  ]
  const lines = runView({ run: report(tasks, ['a', 'b'], { durationSeconds: 1e-6 }), usual: null }, plain(80))
  expect(lines.filter((line) => /^ {2}[ab] /.test(line)).join('\n')).toMatchInlineSnapshot(`
    "  a             ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇                                      0µs ◆
      b                                       ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇       1µs ◆"
  `)
})

test('an error without words says so', () => {
  const task = attempt('load', 0, 1, { status: 'failed', error: { type: 'Error', message: '', stack: null } })
  expect(tasksView([task], plain(80)).join('\n')).toContain('Error: no message')
})

test('ids that begin alike are shown longer', () => {
  const ids = ['01a20b4a-52f1-7c3e-9b1d-6f0a8e2c4d77', '01a20b4a-52f1-7c3f-9b1d-6f0a8e2c4d77']
  expect(ids.map((id) => shortId(id, ids))).toEqual(['01a20b4a-52f1-7c3e', '01a20b4a-52f1-7c3f'])
  expect(shortId(ids[0]!)).toBe('01a20b4a-52f1')
})

test.each(["x'; touch /tmp/pwned; '", '$(id)', 'a b', ';id', '/tmp/a;id', '`id`', '"', 'nightly-orders', ''])(
  'a shell takes %j as one word',
  (name) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })).toBe(name)
    expect(execFileSync('sh', ['-c', `printf %s ${shellId(name)}`], { encoding: 'utf8' })).toBe(name)
  },
)

test('a suggested command finds the same data, without the password', () => {
  expect(dataFlags(['runs', '--data', '/tmp/a;id'])).toBe(" --data '/tmp/a;id'")
  expect(dataFlags(['runs', '--clickhouse=http://me:p@ss@db:8123/otel'])).toBe(
    " --clickhouse 'http://me:…@db:8123/otel'",
  )
  expect(dataFlags(['exec', '--', 'app', '--data', 'x'])).toBe('')
})

test('the end of the demo keeps its explanations', () => {
  const { criticalPath: _, ...run } = nightlyOrders()
  const answers = {
    workflow: 'two words',
    runs: [{ run, note: '', usual: null }],
    stats: { totalRuns: 1, completedRuns: 0, successRate: 0 },
    nodes: [],
    seconds: 5,
    spans: 100,
    dataDir: '/tmp/data',
    dataBytes: 1000,
    report: '/tmp/data/report.html',
  } as unknown as Parameters<typeof demoView>[0]
  const text = demoView(answers, plain(80)).join('\n')
  expect(text).toMatch(/runspan stats --workflow 'two words' +how many, how well, how long\n/)
  expect(text).toMatch(/from otel_traces" +the data itself\n/)
})

describe('colour', () => {
  test('escapes are all that NO_COLOR takes away', () => {
    const colored = runView({ run: nightlyOrders(), usual }, makeTerminal({ width: 80, color: true, now })).join('\n')
    const bare = runView({ run: nightlyOrders(), usual }, plain(80)).join('\n')
    expect(colored).not.toBe(bare)
    expect(colored.replaceAll(ESCAPE, '')).toBe(bare)
  })

  test('only the colours that are readable in light and dark terminals', () => {
    const colored = runView({ run: nightlyOrders(), usual }, makeTerminal({ width: 80, color: true, now })).join('\n')
    const codes = new Set([...colored.matchAll(ESCAPE)].map((match) => Number(match[1])))
    expect([...codes].filter((code) => ![1, 2, 22, 31, 32, 33, 35, 36, 39].includes(code))).toEqual([])
  })
})

describe('no line is wider than the terminal, whatever names come', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.constantFrom(
      'a'.repeat(400),
      '\u001B[31mred\u001B[0m',
      'line\nbreak\ttab\u0000nul',
      '\u202Eright to left',
      '👩‍👩‍👧‍👦'.repeat(20),
      '日本語の名前'.repeat(8),
      '<script>',
    ),
  )
  test.each([60, 80, 110, 200])('%d cells', (width) => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (workflow, nodeId, message) => {
        const error = { type: nodeId, message, stack: null }
        const tasks = [
          attempt(nodeId, 0, 1),
          attempt(`${nodeId}[1]`, 1, 2, { status: 'failed', error, attempt: 2 }),
          attempt(message, 2, 2, { status: 'skipped', reason: message }),
        ]
        const run = report(tasks, [nodeId], { workflow, runId: message, status: 'failed', error: message })
        const terminal = plain(width)
        const { criticalPath: _, ...short } = run
        expectWithin(runView({ run, usual: null }, terminal), width)
        expectWithin(tasksView(tasks, terminal), width)
        expectWithin(
          runsView({ runs: [short, summary({ workflow: nodeId })], usual: [], total: 2, filtered: false }, terminal),
          width,
        )
        expectWithin(rowsView([{ [workflow]: nodeId, x: message, n: 1 }], terminal), width)
        const stats = {
          totalRuns: 2,
          completedRuns: 1,
          failedRuns: 1,
          cancelledRuns: 0,
          runningRuns: 0,
          lostRuns: 0,
          successRate: 0.5,
          avgDurationSeconds: 1,
          p50DurationSeconds: 1,
          p95DurationSeconds: 1,
          maxDurationSeconds: 1,
        }
        expectWithin(statsView({ stats, recent: [short], workflow }, terminal), width)
        const node = {
          nodeId,
          count: 3,
          failureRate: 0.5,
          avgDurationSeconds: 1,
          p50DurationSeconds: 1,
          p95DurationSeconds: 1,
          maxDurationSeconds: 1,
          avgQueueSeconds: 0,
          shareOfCriticalPath: 0.4,
          retries: 1,
          skipped: 0,
          cancelled: 0,
          cpuSeconds: 1,
          memoryPeakBytes: 1,
        }
        expectWithin(nodesView({ workflow, nodes: [node] }, terminal), width)
      }),
      { numRuns: 60 },
    )
  })
})
