import { readFileSync } from 'node:fs'

import { ingestFile } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

test.each(['bullmq', 'airflow', 'vercel-workflow', 'n8n'])('%s', async (engine) => {
  await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
  await at.deliver()
  const expected = JSON.parse(readFileSync(fixture(`engines/${engine}/expected.json`), 'utf8'))
  const runs = await at.clickhouse.query(`SELECT run_id, run_key, workflow, bitAnd(state, 15) AS s, own_start, own_end, first_task, last_task, error FROM workflow_runs FINAL WHERE engine = '${engine}' ORDER BY run_key`)
  const tasks = await at.clickhouse.query(`SELECT run_id, node_id, attempt, status, error_message FROM workflow_tasks FINAL WHERE startsWith(run_id, '${engine}/') ORDER BY run_id, node_id, attempt`)
  console.log(runs, tasks, expected.runs.length)
  expect(runs.length).toBeGreaterThan(0)
})
