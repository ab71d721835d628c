import { createHash } from 'node:crypto'

import type { RunStatus } from '@runspan/model'
import { describe, expect, test } from 'vitest'

import { timesPlainWork } from '../../../test/calibrated.ts'
import { attempt, documentOf, nightlyOrders, runOf, skipped } from '../../story/src/run.fixture.ts'
import { runReportHtml } from './run-report.ts'

const text = (html: string): string => html.replaceAll(/<(style|script)[^>]*>[\s\S]*?<\/\1>/g, '')

describe('the policy', () => {
  const html = runReportHtml(nightlyOrders())
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!
  const digest = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`

  test('allows nothing but the style and the script that are there, by their hashes', () => {
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]!)
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]!)
    expect([styles.length, scripts.length]).toEqual([1, 1])
    expect(policy).toBe(
      `default-src 'none'; style-src ${digest(styles[0]!)}; script-src ${digest(scripts[0]!)}; base-uri 'none'; form-action 'none'`,
    )
  })

  test('is kept: no style attribute, no handler, no address that is fetched', () => {
    expect(text(html)).not.toMatch(/\sstyle=|\son[a-z]+=|src=|<link|@import|url\((?!#)/)
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  })
})

test('equal data make equal bytes, but for when it was made', () => {
  const one = runReportHtml(nightlyOrders())
  expect(runReportHtml(nightlyOrders())).toBe(one)
  const later = runReportHtml({ ...nightlyOrders(), madeAt: new Date('2027-01-01T00:00:00Z') })
  expect(
    later
      .replaceAll('2027-01-01T00:00:00.000Z', '2026-11-24T14:04:44.000Z')
      .replaceAll('1 Jan 2027, 00:00:00', '24 Nov 2026, 14:04:44'),
  ).toBe(one)
})

test('the strip of the critical path shows what failed, what waited and what still runs', () => {
  const html = runReportHtml(nightlyOrders())
  expect(html.match(/<span class="ran failed p/g)).toHaveLength(3)
  expect(html).toMatch(/<span class="waited p\w+"><b class="wide-only">waited /)
  const [done, open] = [attempt('a', 0, 10), attempt('b', 10, 84, { status: 'running', endTime: null })]
  const running = runOf([done, open], [done], { status: 'running', endTime: null, durationSeconds: 84 })
  expect(runReportHtml(documentOf(running))).toMatch(/<span class="ran running p/)
})

test('a stack keeps its lines', () => {
  const stack = /<pre class="stack"[^>]*>([\s\S]*?)<\/pre>/.exec(runReportHtml(nightlyOrders()))![1]!
  expect(
    stack
      .replaceAll(/<[^>]*>/g, '')
      .trim()
      .split('\n'),
  ).toHaveLength(6)
})

test('a heading, landmarks, and headings in their order', () => {
  const html = runReportHtml(nightlyOrders())
  expect(html.match(/<h1/g)).toHaveLength(1)
  for (const landmark of ['<header', '<main', '<footer', 'lang="en"']) expect(html).toContain(landmark)
  const levels = [...html.matchAll(/<h([1-6])/g)].map((match) => Number(match[1]))
  levels.reduce((before, level) => {
    expect(level).toBeLessThanOrEqual(before + 1)
    return level
  }, 0)
})

test('five hundred tasks make a document soon and under 1.5 MB', () => {
  const document = nightlyOrders(170)
  let html = ''
  expect(timesPlainWork(() => (html = runReportHtml(document)))).toBeLessThan(400)
  expect(Buffer.byteLength(html)).toBeLessThan(1_500_000)
  expect(document.run.taskList.length).toBeGreaterThan(500)
})

describe('every state', () => {
  const statuses: RunStatus[] = ['pending', 'running', 'lost', 'completed', 'cancelled', 'failed']
  test.each(statuses)('%s renders, with the word', (status) => {
    const open = status === 'running' || status === 'lost'
    const tasks = [
      attempt('a', 0, 2),
      attempt('b', 2, 9, {
        status: open ? status : status === 'pending' ? 'pending' : status,
        endTime: open ? null : '2026-11-24T14:00:20Z',
      }),
      skipped('c', 9, 'b failed'),
    ]
    const html = text(
      runReportHtml(
        documentOf(
          runOf(tasks, [tasks[0]!], { status, endTime: open ? null : '2026-11-24T14:00:20Z', durationSeconds: 9 }),
        ),
      ),
    )
    expect(html).toContain('Timeline')
    expect(html).toContain(`>${status}<`.slice(1, -1))
    expect(html).toMatch(/>(?:NaN|undefined|null|Infinity)|NaN%|undefined/.test(html) ? /never/ : /Timeline/)
  })

  test('no tasks: a sentence and the way out', () => {
    expect(text(runReportHtml(documentOf(runOf([], [], { durationSeconds: 3 }))))).toContain(
      'This run recorded no tasks.',
    )
  })

  test('one task of no time at all', () => {
    const one = attempt('import', 0, 0)
    expect(text(runReportHtml(documentOf(runOf([one], [one], { durationSeconds: 0 }))))).not.toMatch(/NaN|Infinity/)
  })

  test('sections can be left out', () => {
    const html = text(
      runReportHtml(nightlyOrders(), { includeErrors: false, includeMetrics: false, includeTimeline: false }),
    )
    for (const id of ['errors', 'resources', 'timeline', 'path']) expect(html).not.toContain(`id="${id}"`)
    expect(html).toContain('id="tasks"')
  })
})

describe('hostile names', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)",
    '</style><script>x</script>',
    '</textarea>-->]]>',
    '\u202Egnp.exe\u202C',
    'x'.repeat(5000),
    '{{constructor}} ${1} `a`',
    '\u0000\u001B[31mred',
    'a\uD800b',
  ]

  test.each(hostile)('%j stays text everywhere', (name) => {
    const error = {
      type: name,
      message: `${name}\n${name}`,
      stack: `${name}\n    at ${name} (node_modules/${name}/x.js:1:1)`,
    }
    const tasks = [
      attempt(name, 0, 5, { status: 'failed', error, queueSeconds: 1, reason: name }),
      skipped(`${name}2`, 5, `${name} failed`),
    ]
    const run = runOf(tasks, [tasks[0]!], {
      status: 'failed',
      workflow: name,
      runId: name,
      error: name,
      trigger: name,
      version: name,
      service: name,
      engine: name,
      tags: [name],
      metadata: { [name]: name },
    })
    const html = runReportHtml(documentOf(run))
    const body = text(html)
    expect(body).not.toMatch(/<script|<img|<textarea|\sonerror=alert\(1\)>|\son\w+='/)
    expect(body).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
    expect([...body].filter((character) => character < ' ' && character !== '\n')).toEqual([])
    // exactly our elements: a hostile name adds none
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html.match(/<\/style>/g)).toHaveLength(1)
  })
})
