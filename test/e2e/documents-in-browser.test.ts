import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { comparisonHtml, dashboardHtml, runReportHtml } from '@runspan/report'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { sixtyRuns } from '../../packages/report/src/dashboard/dashboard.fixture.ts'
import { attempt, documentOf, nightlyOrders, runOf } from '../../packages/story/src/run.fixture.ts'
import { CHROMIUM, openBrowser } from './chromium.ts'

/* Documents in a browser: no errors, no requests, nothing too wide, nothing that blocks a screen reader. */

const require = createRequire(import.meta.url)
const AXE = readFileSync(require.resolve('axe-core'), 'utf8')

/** Every document at every width in both themes takes a minute. */
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'

async function seriousViolations(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate(`${AXE};axe.run()`)) as { violations: { id: string; impact: string }[] }
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id)
}

const small = [
  attempt('extract', 0.01, 0.3),
  attempt('transform', 0.31, 0.9, { queueSeconds: 0.01 }),
  attempt('load', 12, 13, { queueSeconds: 11 }),
]
const open = attempt('reconcile-with-the-ledger-of-the-previous-month[2026-10]', 23, 84, {
  status: 'running',
  endTime: null,
})
/** A word without a place to break. */
const LONG = 'w'.repeat(300)
const longWords = (): ReturnType<typeof documentOf> => {
  const error = { type: `${LONG}Error`, message: LONG, stack: `${LONG}\n    at ${LONG} (/${LONG}.ts:1:1)` }
  const list = [
    attempt(`extract-${LONG}`, 0, 1, { status: 'failed', error }),
    attempt(`after-${LONG}`, 1, 1, { status: 'skipped', reason: LONG, durationSeconds: null }),
    attempt('early', 0.01, 0.01, { status: 'skipped', reason: 'because '.repeat(30), durationSeconds: null }),
    attempt('late', 9.9, 9.9, { status: 'skipped', reason: LONG, durationSeconds: null }),
    attempt('ran', 1, 9.9),
  ]
  const more = {
    status: 'failed',
    error: LONG,
    workflow: LONG,
    version: LONG,
    trigger: LONG,
    service: LONG,
    tags: [LONG],
    metadata: { [LONG]: LONG },
  } as const
  return documentOf(runOf(list, list.slice(0, 1), more))
}
const DOCUMENTS: Readonly<Record<string, () => string>> = {
  small: () => runReportHtml(documentOf(runOf(small, small, { durationSeconds: 13.2 }))),
  failing: () => runReportHtml(nightlyOrders()),
  running: () =>
    runReportHtml(
      documentOf(runOf([attempt('fetch', 0, 5), open], [], { status: 'running', endTime: null, durationSeconds: 84 })),
    ),
  '500 tasks': () => runReportHtml(nightlyOrders(170)),
  hostile: () =>
    runReportHtml(
      documentOf(
        runOf([attempt('<script>alert(1)</script>', 0, 1), attempt('\u202E' + 'x'.repeat(3000), 1, 2)], [], {
          workflow: '"><img src=x onerror=alert(1)>' + 'w'.repeat(400),
        }),
      ),
    ),
  'long words': () => runReportHtml(longWords()),
  'dashboard of long words': () => {
    const document = sixtyRuns()
    return dashboardHtml({
      ...document,
      workflow: LONG,
      runs: document.runs.map((run) => ({ ...run, runId: run.runId + LONG })),
      groups: document.groups.map((group) => ({ ...group, name: group.name + LONG })),
      failures: document.failures.map((one) => ({ ...one, errorType: LONG, errorMessage: LONG, nodes: [LONG] })),
      flaky: document.flaky.map((one) => ({ ...one, nodeId: LONG, errorType: LONG, errorMessage: LONG })),
      changes: document.changes.map((one) => ({ ...one, nodeId: one.nodeId === null ? null : LONG })),
    })
  },
  'comparison of long words': () => comparisonHtml([longWords(), longWords()]),
  dashboard: () => dashboardHtml(sixtyRuns()),
  'dashboard of many runs': () => dashboardHtml(sixtyRuns({}, 400)),
  comparison: () => comparisonHtml([nightlyOrders(), nightlyOrders(110)]),
}

test.runIf(CHROMIUM === undefined)('skipped: needs Chromium', () => {
  expect(process.env['RUNSPAN_TEST_ALL'], 'CI has to have Chromium').not.toBe('1')
})

describe.skipIf(CHROMIUM === undefined)(
  `in a browser${CHROMIUM === undefined ? ' (skipped: needs Chromium)' : ''}`,
  () => {
    let browser: Browser
    let folder: string
    beforeAll(async () => {
      browser = await openBrowser()
      folder = mkdtempSync(join(tmpdir(), 'runspan-documents-'))
      for (const [name, make] of Object.entries(DOCUMENTS)) writeFileSync(join(folder, `${name}.html`), make())
    })
    afterAll(async () => {
      await browser?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    async function visit(
      name: string,
      width: number,
      colorScheme: 'light' | 'dark',
    ): Promise<{ page: Page; problems: string[] }> {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('console', (message) => problems.push(`console: ${message.text()}`))
      page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
      page.on('dialog', (dialog) => problems.push(`dialog: ${dialog.message()}`))
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) problems.push(`request: ${request.url()}`)
      })
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href)
      return { page, problems }
    }

    test.each(Object.keys(DOCUMENTS))('%s: clean, wide and light, narrow and dark', async (name) => {
      const main = name === 'failing' || name === 'dashboard'
      const views = [
        [1280, 'light', main || ALL],
        [390, 'dark', name !== '500 tasks' || ALL],
        ...(main || ALL ? [[768, 'light', false] as const] : []),
        ...(ALL ? [[390, 'light', true] as const, [1280, 'dark', true] as const] : []),
      ] as const
      for (const [width, scheme, withAxe] of views) {
        const { page, problems } = await visit(name, width, scheme)
        const tooWide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
        expect(tooWide, `${name} at ${width}`).toBeLessThanOrEqual(0)
        expect(problems).toEqual([])
        // in words, so that a failure names the rule
        const found = withAxe ? await seriousViolations(page) : []
        expect(found).toEqual([])
        await page.context().close()
      }
    })

    test('tasks are filtered, searched, sorted and unfolded', async () => {
      const { page, problems } = await visit('failing', 1280, 'light')
      const rows = page.locator('table.tasks tbody tr:visible')
      expect(await rows.count()).toBe(12)
      await page.click('button.all')
      expect(await rows.count()).toBe(313)
      await page.click('[data-filter=failed]')
      expect(await rows.count()).toBe(1)
      await page.click('[data-filter=""]')
      await page.fill('.chips input', 'load-warehouse')
      expect(await rows.count()).toBe(8)
      await page.click('th[data-sort=name] button')
      expect(await page.locator('table.tasks tbody tr:visible th').first().textContent()).toContain('load-warehouse[0]')
      expect(await page.getAttribute('th[data-sort=name]', 'aria-sort')).toBe('ascending')
      expect(problems).toEqual([])
      await page.context().close()
    })

    test('without script all is there', async () => {
      const context = await browser.newContext({ javaScriptEnabled: false })
      const page = await context.newPage()
      await page.goto(pathToFileURL(join(folder, 'failing.html')).href)
      expect(await page.locator('table.tasks tbody tr:visible').count()).toBe(313)
      await page.goto(pathToFileURL(join(folder, 'dashboard.html')).href)
      expect(await page.locator('.chart svg:visible').count()).toBe(2)
      await context.close()
    })

    test('waiting can be hidden, with breaks to see', async () => {
      const { page } = await visit('small', 1280, 'light')
      expect(await page.locator('.break:visible').count()).toBe(0)
      await page.click('button.hide-waiting')
      expect(await page.locator('.break:visible').count()).toBeGreaterThan(0)
      await page.context().close()
    })

    test('a run of the dashboard says what it was, and opens', async () => {
      const { page, problems } = await visit('dashboard', 1280, 'light')
      const chart = (await page.locator('[data-chart=runs] .interactive-chart').boundingBox())!
      await page.mouse.move(chart.x + chart.width - 20, chart.y + chart.height - 60)
      await page.waitForSelector('.tip')
      expect(await page.locator('.tip').textContent()).toContain('load-warehouse[5] failed')
      expect(problems).toEqual([])
      await page.context().close()
    })
  },
)
