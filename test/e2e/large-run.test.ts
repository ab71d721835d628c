import { tasks } from '@runspan/analytics'
import type { Source } from '@runspan/spool'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { runspanHere } from '../servers/command-line.ts'

/* A run of more tasks than a list of ids in a URL can hold, each with its own name. */

const COUNT = 9000
const START = Math.floor(Date.now() / 1000) - 3600
const source: Source = {
  resource: {},
  serviceName: 'large',
  resourceSchemaUrl: '',
  scopeName: 'runspan',
  scopeVersion: '',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
  const run = { 'workflow.name': 'large', 'workflow.run.id': 'large-1' }
  const add = (id: number, name: string, attributes: object): void =>
    at.spool.add('otel_traces', {
      source,
      start: [START, id * 1000],
      duration: 1000,
      traceId: 'a'.repeat(32),
      spanId: id.toString(16).padStart(16, '0'),
      parentSpanId: id === 1 ? '' : '1'.padStart(16, '0'),
      traceState: '',
      name,
      kind: 'Internal',
      attributes: { ...run, ...attributes },
      statusCode: 'Ok',
      statusMessage: '',
      events: [],
      links: [],
    })
  add(1, 'large', { 'workflow.run.status': 'completed' })
  for (let i = 0; i < COUNT; i++) {
    add(i + 2, `order-${i}`, {
      'workflow.task.id': `order-${i}`,
      'workflow.task.attempt': 1,
      'workflow.task.status': 'completed',
      'process.memory.usage': i,
    })
  }
  await at.deliver()
})
afterAll(() => at.stop())

async function runspan(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return runspanHere([...args, '--data', at.dataDir], process.env)
}

test('all its tasks are answered, with what only their spans tell', async () => {
  const list = await tasks(at.clickhouse, 'large-1')
  expect(list.map(({ metrics }) => metrics.memoryBytes).toSorted((a, b) => a! - b!)).toEqual(
    Array.from({ length: COUNT }, (_, i) => i),
  )
})

test.each([
  ['run', 'large-1'],
  ['tasks', 'large-1'],
  ['whatif', 'large-1', '--task', 'order-7', '--speedup', '2'],
])('%s answers', async (...args) => {
  const { stdout } = await runspan(...args, '--json')
  expect(() => JSON.parse(stdout)).not.toThrow()
})

test('nodes shows the largest, and says that the names look generated', async () => {
  const table = await runspan('nodes', 'large')
  expect(table.stdout.trim().split('\n').length).toBeLessThan(210)
  expect(table.stderr).toContain(`The largest 200 of ${COUNT} tasks`)
  expect(table.stderr).toContain('look generated (order-*)')
  expect(JSON.parse((await runspan('nodes', 'large', '--json')).stdout)).toHaveLength(1000)
  expect(JSON.parse((await runspan('nodes', 'large', '--json', '--limit', '5')).stdout)).toHaveLength(5)
})
