import { expect, test } from 'vitest'

import { attempt, documentOf, nightlyOrders, runOf } from '../run.fixture.ts'
import { plain } from '../words/prose.ts'
import { errorKinds, normalised } from './error-kinds.ts'
import { pathParts, pathRows } from './path-parts.ts'
import { runStory } from './run-story.ts'
import { runFacts, runTitle } from './run-verdict.ts'
import { stackLines } from './stack-lines.ts'

const shown = (text: string): string => text.replaceAll(/[\u202F\u00A0]/g, ' ')
const told = (document = nightlyOrders()): Record<string, string> =>
  Object.fromEntries(runFacts(runStory(document)).map(({ label, prose }) => [label, shown(plain(prose))]))

test('a failed run says what failed, what came of it, and how it compares', () => {
  expect(shown(plain(runTitle(runStory(nightlyOrders()))))).toBe('Failed after 4 min 2 s')
  expect(told()).toEqual({
    'What failed':
      'load-warehouse[5] failed on its third and last attempt: TimeoutError: warehouse did not answer within 30 s. So build-marts and publish-dashboard did not run.',
    'Against usual':
      '25 % longer than usual. The last 20 completed runs before it took 3 min 14 s (median); 19 of 20 stayed under 3 min 22 s.',
    'What decided the time':
      'Waiting: 2 min 15 s of 4 min 2 s (56 %). The 313 tasks worked 38 min 57 s in all; the longest waits were before transform[99] (1 min 21 s) and extract[99] (31.1 s). Then load-warehouse[5], 1 min 16 s (32 %).',
  })
})

test('parts of the critical path add up to the duration, the time after the last task included', () => {
  const story = runStory(nightlyOrders())
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  expect(sum(pathParts(story).map(({ seconds }) => seconds))).toBeCloseTo(242, 6)
  expect(sum(pathRows(story).map(({ waitSeconds, ranSeconds }) => waitSeconds + ranSeconds))).toBeCloseTo(242, 6)
  expect(sum(pathRows(story).map(({ share }) => share))).toBeCloseTo(1, 6)
})

test('under five completed runs there is no usual, and while it runs or is lost no judgement', () => {
  const task = attempt('a', 0, 10)
  expect(told(documentOf(runOf([task], [task])))['Against usual']).toBe(
    'Not enough earlier runs to say what is usual: fewer than 5 completed ones started before it.',
  )
  expect(
    told(documentOf(runOf([task], [task], { status: 'lost', durationSeconds: 71 })))['Against usual'],
  ).toBeUndefined()
  const usual = { runs: 20, medianSeconds: 195, p95Seconds: 210, durations: [] }
  const running = documentOf(runOf([task], [task], { status: 'running', endTime: null, durationSeconds: 84 }), {
    usual,
  })
  expect(shown(plain(runTitle(runStory(running))))).toBe('Running for 1 min 24 s, about 1 min 51 s left')
  expect(told(running)['Against usual']).not.toContain('longer')
})

test('a running task is not waiting', () => {
  const done = attempt('a', 0, 10)
  const open = attempt('b', 10, 84, { status: 'running', endTime: null })
  const story = runStory(
    documentOf(runOf([done, open], [done], { status: 'running', endTime: null, durationSeconds: 84 })),
  )
  expect(story.waitSeconds).toBe(0)
  expect(pathRows(story).map(({ name, ranSeconds }) => [name, ranSeconds])).toEqual([
    ['still running', 74],
    ['a', 10],
  ])
})

test('errors that differ in numbers and ids are one kind; recovered ones come last', () => {
  expect(normalised('row 17 of 0199c368-bfc1-7a3e-9b1d-6f0a8e2c4d77 at 0xff')).toBe(
    normalised('row 9 of 0199c368-bfc1-7a3e-9b1d-000000000000 at 0x0a'),
  )
  const kinds = errorKinds(runStory(nightlyOrders()))
  expect(kinds.map(({ type, recovered, attempts }) => [type, recovered, attempts.length])).toEqual([
    ['TimeoutError', false, 3],
    ['Error', true, 1],
  ])
  expect(kinds[0]!.seen?.runs).toBe(3)
})

test('foreign frames of a stack are folded to a line', () => {
  const { lines, own, frames } = stackLines(
    nightlyOrders().run.taskList.find(({ error }) => error !== null)!.error!.stack!,
  )
  expect([own, frames]).toEqual([3, 9])
  expect(lines.map(({ text }) => text)).toEqual([
    'TimeoutError: warehouse did not answer within 30 s',
    '    at loadBatch (src/pipeline/load.ts:88:13)',
    '    … 4 frames in pg-pool, node:internal',
    '    at loadWarehouse (src/pipeline/load.ts:41:5)',
    '    at src/pipeline/index.ts:63:17',
    '    … 2 frames in @runspan/workflow',
  ])
})

test('frames of our own packages are not the user’s', () => {
  const here = '/home/ada/clone/packages/'
  const { lines, own, frames } = stackLines(
    [
      'SyntaxError: Unexpected end of JSON input',
      '    at JSON.parse (<anonymous>)',
      `    at readFlights (${here}runspan/dist/pipeline-abc.js:9:1)`,
      `    at async file://${here}workflow/dist/index.js:10:1`,
      '    at load (/app/src/load.ts:1:1)',
      '    at run (/app/packages/workflow/src/run.ts:1:1)',
      '    at x (/app/node_modules/runspan/dist/index.js:1:1)',
    ].join('\n'),
    here,
  )
  expect([own, frames]).toEqual([2, 6])
  expect(lines.map(({ text }) => text)).toContain('    … 3 frames in the runtime, runspan')
})

test('a completed run with a task that failed says both', () => {
  const error = { type: 'Error', message: 'no', stack: null }
  const list = [
    attempt('a', 0, 1, { status: 'failed', error }),
    attempt('b', 0, 2, { status: 'failed', error }),
    attempt('c', 2, 2, { status: 'skipped', reason: 'a failed', durationSeconds: null }),
    attempt('d', 2, 10),
  ]
  expect(told(documentOf(runOf(list, [], { status: 'completed' })))['What failed']).toBe(
    'a failed: Error: no. b failed too. So c did not run. The run completed all the same.',
  )
})
