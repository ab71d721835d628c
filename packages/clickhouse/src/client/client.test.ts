import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { ClickHouse } from './client.ts'

/** A server that records requests and answers with success. */
async function listening(): Promise<{ clickhouse: ClickHouse; asked: URLSearchParams[]; bodies: string[] }> {
  const asked: URLSearchParams[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      asked.push(new URL(request.url!, 'http://server').searchParams)
      bodies.push(Buffer.concat(parts).toString('latin1'))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clickhouse = new ClickHouse({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/otel` })
  onTestFinished(async () => {
    await clickhouse.close()
    server.closeAllConnections()
    server.close()
  })
  return { clickhouse, asked, bodies }
}

test('an insert carries its token, by which a repeated one stores nothing, in its views neither', async () => {
  const { clickhouse, asked, bodies } = await listening()
  await clickhouse.insertNative('otel_traces', [Buffer.from('one'), Buffer.from('two')], 'the-token')
  const [insert] = asked
  expect(insert?.get('query')).toBe('INSERT INTO otel_traces FORMAT Native')
  expect(insert?.get('insert_deduplication_token')).toBe('the-token')
  expect(insert?.get('insert_deduplicate')).toBe('1')
  expect(insert?.get('deduplicate_blocks_in_dependent_materialized_views')).toBe('1')
  expect(insert?.get('async_insert')).not.toBe('1')
  expect(insert?.get('materialized_views_ignore_errors')).toBeNull()
  expect(bodies).toEqual(['onetwo'])
})

test('views that fail are left out only where that is asked', async () => {
  const { clickhouse, asked } = await listening()
  await clickhouse.insertNative('otel_logs', [Buffer.from('x')], 't', { skipFailingViews: true })
  expect(asked[0]?.get('materialized_views_ignore_errors')).toBe('1')
})
