import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { runs } from '@runspan/analytics'
import { ClickHouse } from '@runspan/clickhouse'
import { startEmbedded } from '@runspan/embedded'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { expanded } from './expanded-sql.ts'
import { dashboards } from './grafana-dashboards.ts'

const COMMAND = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const isAsked = process.env['RUNSPAN_TEST_ALL'] === '1'

describe.skipIf(!isAsked)('every panel shows the demo (skipped: needs RUNSPAN_TEST_ALL=1)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runspan-grafana-'))
  const dataDir = join(folder, 'data')
  let server: Awaited<ReturnType<typeof startEmbedded>>
  let clickhouse: ClickHouse
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [COMMAND, 'demo', '--data', dataDir])
    server = await startEmbedded({ dataDir })
    clickhouse = new ClickHouse(server)
  })
  afterAll(async () => {
    await clickhouse.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('with rows, for all workflows and for its own', async () => {
    const list = await runs(clickhouse, { limit: 1000 })
    const failed = list.runs.find(({ status }) => status === 'failed')!
    const range = { from: new Date(Date.now() - 30 * 86_400_000), to: new Date(), run: failed.runId }
    const empty: string[] = []
    for (const [name, { panels }] of Object.entries(await dashboards())) {
      for (const { title, targets } of panels as unknown as { title: string; targets: { rawSql: string }[] }[]) {
        for (const workflow of ['', failed.workflow]) {
          const sql = expanded(targets[0]!.rawSql, { ...range, workflow })
          if ((await clickhouse.query(sql)).length === 0) empty.push(`${name}: ${title}`)
        }
      }
    }
    expect(empty).toEqual([])
  })
})
