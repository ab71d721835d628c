import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

/* Code outside clickhouse and analytics asks questions: SQL is only in those two, and every query has a name. */

const PACKAGES = fileURLToPath(new URL('../../packages', import.meta.url))

/** Runs the user's own SQL. */
const SQL_VERB = 'runspan/src/cli/verbs/sql.ts'
/** Files that send queries to the server. */
const CLIENT = ['clickhouse/src/client/client.ts', 'clickhouse/src/cluster/partial-clickhouse.ts']

const sources = readdirSync(PACKAGES).flatMap((name) =>
  readdirSync(join(PACKAGES, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => `${name}/src/${file}`),
)

function those(pattern: RegExp, files: readonly string[]): string[] {
  return files.filter((file) => pattern.test(readFileSync(join(PACKAGES, file), 'utf8')))
}

test('no SQL outside clickhouse and analytics, but for the verb that takes it', () => {
  // `rules` has expressions of views, `embedded` talks to a server that knows nothing of runs
  const others = sources.filter((file) => !/^(clickhouse|analytics|rules|embedded)\//.test(file) && file !== SQL_VERB)
  expect(others.length).toBeGreaterThan(200)
  expect(those(/\bSELECT [\w(]|\bINSERT INTO\b/, others)).toEqual([])
})

test('every query and every statement has a name', () => {
  const others = sources.filter((file) => file !== SQL_VERB && !CLIENT.includes(file))
  expect(
    those(/[cC]lickhouse\.(query|command)\b|\b(outside|local|reader|elsewhere)\.(query|command)\b/, others),
  ).toEqual([])
})
