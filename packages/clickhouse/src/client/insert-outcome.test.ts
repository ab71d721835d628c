import { ClickHouseError as ServerError } from '@clickhouse/client'
import { expect, test } from 'vitest'

import { toClickHouseError } from './errors.ts'
import { insertOutcome } from './insert-outcome.ts'

/*
 * Messages of ClickHouse 26.7 when a shard was killed during an insert over a cluster, and when a shard refused its part.
 */

const STATUS = `Insertion status:
Wrote 5 blocks and 163575 rows on shard 0 replica 0, 127.0.0.1:46315 (average 11 ms per block, the slowest block 26 ms)
Wrote 4 blocks and 130667 rows on shard 1 replica 0, 127.0.0.1:38495 (average 18 ms per block, the slowest block 43 ms)
`

const failure = (code: number, message: string): ReturnType<typeof toClickHouseError> =>
  toClickHouseError(new ServerError({ message, code: String(code), type: '' }), 'db:8123')

test.each([
  ['killed during the insert', 32, `Attempt to read after eof: ${STATUS}`, 'SHARD_UNREACHABLE', 'retry'],
  [
    'not there',
    279,
    'Connection refused (127.0.0.1:39769, local address: 127.0.0.1:43540)',
    'SHARD_UNREACHABLE',
    'retry',
  ],
  [
    'silent',
    209,
    `Timeout exceeded while reading from socket (socket (10.0.0.7:9000), receive timeout 300000 ms): ${STATUS}`,
    'SHARD_UNREACHABLE',
    'retry',
  ],
  ['out of memory', 241, `Memory limit exceeded: ${STATUS}`, 'LIMIT_EXCEEDED', 'retry'],
  ['the same without a cluster', 241, 'Memory limit exceeded', 'LIMIT_EXCEEDED', 'shrink'],
  ['too many partitions in an insert', 252, 'Too many partitions for single INSERT block', 'QUERY_FAILED', 'shrink'],
  ['too many parts', 252, 'Too many parts (3000). Merges are processing slower', 'QUERY_FAILED', 'retry'],
  ['a row that a constraint forbids', 469, 'Constraint `c` for table t is violated', 'QUERY_FAILED', 'refused'],
  ['the same in a view', 469, 'Constraint `c` is violated: while pushing to view runspan.v', 'QUERY_FAILED', 'retry'],
  ['a view out of memory', 241, 'memory limit exceeded: while pushing to view v', 'LIMIT_EXCEEDED', 'retry'],
  ['a setting it does not know', 115, 'Unknown setting', 'QUERY_FAILED', 'retry'],
  ['a body cut short', 32, 'Attempt to read after eof', 'QUERY_FAILED', 'refused'],
])('a server or shard that is %s', (_, serverCode, message, code, outcome) => {
  const error = failure(serverCode, message)
  expect(error.code).toBe(code)
  expect(insertOutcome(error)).toBe(outcome)
})

test('a shard that does not answer is named', () => {
  expect(failure(279, 'Connection refused (127.0.0.1:39769, local address: 127.0.0.1:43540)').message).toBe(
    'ClickHouse at db:8123: 127.0.0.1:39769 of the cluster does not answer: Connection refused (127.0.0.1:39769, local address: 127.0.0.1:43540). ' +
      'Start it again, or ask with --partial (RUNSPAN_PARTIAL=1) for what the other shards know.',
  )
  expect(failure(32, `Attempt to read after eof: ${STATUS}`).message).toBe(
    'ClickHouse at db:8123: a shard of the cluster does not answer: Attempt to read after eof. The same insert again stores what is missing.',
  )
})
