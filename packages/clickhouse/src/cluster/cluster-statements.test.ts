import { expect, test } from 'vitest'

import { clusterFiles, distributedTables, localFiles } from './cluster-statements.ts'
import { shardingKey } from './sharding-keys.ts'

const layout = { cluster: 'house', database: 'otel', thisNode: false }

test('every table has one over the cluster, and only what is written from outside is spread', () => {
  const made = localFiles({ ...layout, thisNode: true })
    .flatMap(({ statements }) => statements)
    .flatMap((text) => /CREATE TABLE IF NOT EXISTS (\w+)/.exec(text)?.[1] ?? [])
  const tables = distributedTables(layout)
  expect(tables.map(({ name }) => name)).toEqual(['runspan_schema', ...made])
  const spread = tables.filter(({ name }) => shardingKey(name) !== null).map(({ name }) => name)
  expect(spread).toEqual(made.filter((name) => /^otel_(traces|logs|metrics_\w+)$/.test(name)))
})

test('columns that came later are added to the tables over the cluster as well', () => {
  const added = localFiles({ ...layout, thisNode: true })
    .flatMap(({ statements }) => statements)
    .flatMap((text) => /ALTER TABLE (\w+) ADD COLUMN IF NOT EXISTS (\w+)/.exec(text)?.slice(1, 3).join('.') ?? [])
  const there = distributedTables(layout).flatMap(({ name, alter }) =>
    alter.map(
      (text) =>
        `${name}.${/^ALTER TABLE `otel`\.\w+ ON CLUSTER `house` ADD COLUMN IF NOT EXISTS (\w+)/.exec(text)?.[1]}`,
    ),
  )
  expect(there.toSorted()).toEqual(added.toSorted())
  expect(added).toContain('workflow_runs.retry_of')
})

test('statements name both databases in full, on all nodes, and replicate', () => {
  const text = clusterFiles(layout)
    .flatMap(({ statements }) => statements)
    .find((statement) => statement.includes('CREATE TABLE IF NOT EXISTS `otel_local`.workflow_tasks '))
  expect(text).toContain('`otel_local`.workflow_tasks ON CLUSTER `house` (')
  expect(text).toContain('ENGINE = ReplicatedReplacingMergeTree(ver)')
  expect(text).toContain('replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800')
  const view = clusterFiles(layout)
    .flatMap(({ statements }) => statements)
    .find((statement) => statement.includes('workflow_tasks_placed_mv'))
  expect(view).toMatch(
    /^.*`otel_local`\.workflow_tasks_placed_mv ON CLUSTER `house`\nREFRESH EVERY 5 SECOND APPEND TO `otel_local`\.workflow_tasks\n/m,
  )
  expect(view).toContain('FROM `otel_local`.workflow_unplaced_tasks WHERE')
  expect(view).toContain('FROM `otel_local`.workflow_run_spans WHERE')
  expect(view).toContain('FROM `otel_local`.workflow_tasks\n')
})

test.each(['', 'a b', "a'b", 'a`b', 'a\\', 'a;b', '-a', 'ä', 'a'.repeat(101), '{cluster}'])(
  'no such name is written into a statement: %j',
  (name) => {
    const refused = expect.objectContaining({ code: 'INVALID_NAME' })
    expect(() => clusterFiles({ ...layout, cluster: name })).toThrow(refused)
    expect(() => clusterFiles({ ...layout, database: name })).toThrow(refused)
    expect(() => clusterFiles({ cluster: name, database: 'otel', thisNode: true })).toThrow(refused)
  },
)
