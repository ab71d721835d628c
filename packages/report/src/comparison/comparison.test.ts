import { comparison, comparisonFacts, comparisonTitle, plain } from '@runspan/story'
import { expect, test } from 'vitest'

import { attempt, documentOf, nightlyOrders, runOf } from '../../../story/src/run.fixture.ts'
import { pictureSvg } from '../pictures/picture.ts'
import { comparedDocuments } from './compared-documents.ts'
import { comparisonHtml } from './comparison-html.ts'
import { comparisonPicture } from './comparison-picture.ts'

const shown = (text: string): string => text.replaceAll(/[\u202F\u00A0]/g, ' ')
const run = (transform: number, more = {}): ReturnType<typeof documentOf> => {
  const tasks = [
    attempt('extract', 0, 10),
    attempt('transform', 12, 12 + transform),
    attempt('load', 12 + transform, 30 + transform),
  ]
  return documentOf(runOf(tasks, tasks, { durationSeconds: 31 + transform, ...more }))
}

test('one run is not enough for a comparison', () => {
  expect(() => comparedDocuments([run(100)])).toThrow(expect.objectContaining({ code: 'INVALID_RUNS' }))
})

test('the parts add up to the difference', () => {
  const data = comparison([run(100), run(120, { durationSeconds: 155 })])
  expect(data.parts.reduce((sum, { differenceSeconds }) => sum + differenceSeconds, 0)).toBeCloseTo(
    data.differenceSeconds!,
    6,
  )
  expect(data.differenceSeconds).toBeCloseTo(24, 6)
})

test('it says what explains the difference', () => {
  const data = comparison([run(100, { version: '1' }), run(120, { version: '2' })])
  expect(shown(plain(comparisonTitle(data.runs)))).toBe('B took 20.0 s longer (+15 %)')
  expect(
    Object.fromEntries(comparisonFacts(data).map(({ label, prose }) => [label, shown(plain(prose))])),
  ).toMatchObject({
    'What explains it': 'transform takes 20 % longer (1 min 40 s → 2 min): +20.0 s on the critical path.',
    'What differs': 'Version 1 and 2.',
  })
  expect(plain(comparisonTitle(comparison([run(100), run(100.5)]).runs))).toContain('as long as')
})

test('two and three runs make a document without script, each with its letter', () => {
  const two = comparisonHtml([nightlyOrders(), nightlyOrders(110)])
  expect(two).not.toContain('<script')
  expect(two).not.toMatch(/NaN|undefined/)
  const three = comparisonHtml([run(100), run(120), run(90)])
  expect(three).toContain('Critical paths')
  for (const letter of ['A', 'B', 'C']) expect(three).toContain(`>${letter}</span>`)
})

test('only completed runs are compared in time, the others are named as what they are', () => {
  const failed = run(2, { status: 'failed', durationSeconds: 0.475 })
  const title = (...documents: ReturnType<typeof documentOf>[]): string =>
    shown(plain(comparisonTitle(comparison(documents).runs)))
  expect(title(run(100), run(120), failed)).toBe('B took 20.0 s longer than A (+15 %); C failed after 475 ms')
  expect(title(failed, run(100), run(120), run(110))).toBe(
    '4 runs: B was the fastest with 2 min 11 s, C the slowest with 2 min 31 s; A failed after 475 ms',
  )
  expect(title(run(100), failed)).toBe('B failed after 475 ms; only completed runs are compared in time')
  expect(title(run(100), run(5, { status: 'cancelled' }))).toContain('B was cancelled after 36.0 s')
  expect(title(run(100), run(5, { status: 'running', endTime: null }))).toContain('B is running for 36.0 s')
  for (const documents of [
    [run(100), failed],
    [failed, failed, run(100)],
    [failed, run(100), run(120)],
  ]) {
    const html = comparisonHtml(documents)
    expect(html).not.toMatch(/NaN|undefined|fastest/)
    expect(html).toContain('✕</span> failed')
    const text = shown(pictureSvg(comparisonPicture(documents)))
    expect(text).toContain('failed')
    expect(text).not.toMatch(/NaN|undefined|fastest/)
  }
})

test('a task that ran shorter but delayed the run more is explained by the reason', () => {
  const tasks = (wait: number, ran: number): ReturnType<typeof documentOf> => {
    const list = [attempt('extract', 0, 10), attempt('load', 10 + wait, 10 + wait + ran)]
    return documentOf(runOf(list, list, { durationSeconds: 10 + wait + ran }))
  }
  const data = comparison([tasks(1, 20), tasks(31, 18)])
  const told = Object.fromEntries(comparisonFacts(data).map(({ label, prose }) => [label, shown(plain(prose))]))
  expect(told['What explains it']).toBe('load: +28.0 s on the critical path, as it waited 30.0 s longer.')
  const row = /<tr><th scope="row"><code title="load">.*?<\/tr>/.exec(comparisonHtml([tasks(1, 20), tasks(31, 18)]))![0]
  expect(row).not.toContain('class="better"')
  expect(shown(row)).toContain('as it waited 30.0 s longer')
})
