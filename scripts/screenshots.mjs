// Creates the pictures of docs/reports.md from a fresh demo: node scripts/screenshots.mjs (needs a build and Chromium)
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { chromium } from 'playwright-core'

const root = new URL('..', import.meta.url).pathname
const work = mkdtempSync(join(tmpdir(), 'runspan-screenshots-'))
const runspan = (...args) =>
  execFileSync('node', [join(root, 'packages/runspan/bin/runspan.js'), ...args, '--data', join(work, 'data')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
try {
  const { report } = JSON.parse(runspan('demo', '--json'))
  const { path: dashboard } = JSON.parse(runspan('dashboard', 'flight-delays', '-o', join(work, 'dashboard'), '--json'))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  for (const [name, file, height] of [
    ['report', report, 1240],
    ['dashboard', dashboard, 1120],
  ]) {
    const page = await browser.newPage({ viewport: { width: 1120, height } })
    await page.goto(pathToFileURL(file).href)
    await page.screenshot({ path: join(root, `docs/${name}.png`) })
    await page.close()
  }
  await browser.close()
} finally {
  rmSync(work, { recursive: true, force: true })
}
