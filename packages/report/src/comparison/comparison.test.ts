import { expect, test } from 'vitest'

import { attempt, documentOf, nightlyOrders, runOf } from '../run.fixture.ts'
import { plain } from '../words/prose.ts'
import { comparisonHtml } from './comparison-html.ts'
import { comparisonFacts, comparisonTitle } from './comparison-verdict.ts'
import { comparison } from './comparison.ts'

const shown = (text: string): string => text.replaceAll(/[\u202F\u00A0]/g, ' ')
const run = (transform: number, more = {}): ReturnType<typeof documentOf> => {
  const tasks = [
    attempt('extract', 0, 10),
    attempt('transform', 12, 12 + transform),
    attempt('load', 12 + transform, 30 + transform),
  ]
  return documentOf(runOf(tasks, tasks, { durationSeconds: 31 + transform, ...more }))
}

test('one run is no comparison', () => {
  expect(() => comparison([run(100)])).toThrow(expect.objectContaining({ code: 'INVALID_RUNS' }))
})

test('the parts add up to the difference', () => {
  const data = comparison([run(100), run(120, { durationSeconds: 155 })])
  expect(data.parts.reduce((sum, { differenceSeconds }) => sum + differenceSeconds, 0)).toBeCloseTo(
    data.differenceSeconds,
    6,
  )
  expect(data.differenceSeconds).toBeCloseTo(24, 6)
})

test('it says what explains the difference', () => {
  const data = comparison([run(100, { version: '1' }), run(120, { version: '2' })])
  expect(shown(comparisonTitle(data))).toBe('B took 20.0 s longer (+15 %)')
  expect(
    Object.fromEntries(comparisonFacts(data).map(({ label, prose }) => [label, shown(plain(prose))])),
  ).toMatchObject({
    'What explains it': 'transform takes 20 % longer (1 min 40 s → 2 min): +20.0 s on the critical path.',
    'What differs': 'Version 1 and 2.',
  })
  expect(comparisonTitle(comparison([run(100), run(100.5)]))).toContain('as long as')
})

test('two and three runs make a document without script, each with its letter', () => {
  const two = comparisonHtml([nightlyOrders(), nightlyOrders(110)])
  expect(two).not.toContain('<script')
  expect(two).not.toMatch(/NaN|undefined/)
  const three = comparisonHtml([run(100), run(120), run(90)])
  expect(three).toContain('Critical paths')
  for (const letter of ['A', 'B', 'C']) expect(three).toContain(`>${letter}</span>`)
})
