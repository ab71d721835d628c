import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { writeDashboard } from '../../packages/runspan/src/documents/write-dashboard.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type RunModel, storeRuns } from './records.ts'

/* Everything that a dashboard shows as failed can be opened. */

const RUNS = 140
const FAILED = [2, 3, 9, 60]
const WITH_FAILED_TASK = 100

let at: TestServer
let folder: string
beforeAll(async () => {
  at = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'runspan-links-'))
  const error = (i: number): { type: string; message: string } => ({
    type: i === 2 ? 'OldError' : 'TypeError',
    message: i === 2 ? 'never seen again' : 'the warehouse is closed',
  })
  const models = Array.from({ length: RUNS }, (_, i): RunModel => {
    const failed = FAILED.includes(i)
    const taskFailed = failed || i === WITH_FAILED_TASK
    return {
      id: `linked-${i}`,
      workflow: 'linked',
      start: i * 60_000,
      end: 1000,
      status: failed ? 'failed' : 'completed',
      tasks: [
        {
          node: 'load',
          attempt: 1,
          start: 0,
          end: 900,
          queue: 0,
          status: taskFailed ? 'failed' : 'completed',
          dependencies: [],
          ...(taskFailed ? { error: error(i) } : {}),
        },
      ],
    }
  })
  await storeRuns(at, models, 1)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await at.stop()
})

test('failed runs, failures and the heatmap link to documents that are there', async () => {
  await writeDashboard((question) => question(at.clickhouse), {
    workflow: 'linked',
    outputDir: folder,
    since: new Date(0),
  })
  const html = readFileSync(join(folder, 'dashboard.html'), 'utf8')
  const links = [...html.matchAll(/href="(run-[^"]+)"/g)].map((match) => match[1]!)
  for (const link of links) expect(existsSync(join(folder, link)), link).toBe(true)
  for (const i of [...FAILED, WITH_FAILED_TASK, RUNS - 1]) expect(links).toContain(`run-linked-${i}.html`)
  const failures = /<section id="failures"[\s\S]*?<\/section>/.exec(html)![0]
  expect(failures).toContain(`${FAILED.length} of ${RUNS} runs failed, the newest first`)
  // one of each kind next to its text, and each run in the list
  expect(failures.match(/open the last run/g)).toHaveLength(2)
  for (const i of FAILED) expect(failures).toContain(`href="run-linked-${i}.html"`)
  // the script's data has the same links
  const data = JSON.parse(/<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/.exec(html)![1]!) as {
    wide: { heat: { columns: { runId: string }[] }; heatLinks: (string | null)[] }
  }
  const column = data.wide.heat.columns.findIndex(({ runId }) => runId === `linked-${WITH_FAILED_TASK}`)
  expect(data.wide.heatLinks[column]).toBe(`run-linked-${WITH_FAILED_TASK}.html`)
})
