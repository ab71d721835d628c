import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { eventsSince, runIfAny } from '@runspan/analytics'
import { applySchema, ClickHouse, clickHouseTarget, placeTasks } from '@runspan/clickhouse'
import { startEmbedded, type EmbeddedServer } from '@runspan/embedded'
import { Sender, Spool } from '@runspan/spool'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { blocks } from '../docs/blocks.ts'
import { history, questions } from './every-question.ts'
import { storeRuns } from './records.ts'

/* Checks our queries in system.query_log, on a server that has one. */

const PASSWORD = 'a password of the test'
const user = (name: string, profile: string): string =>
  `<${name}><password>${PASSWORD}</password><networks><ip>127.0.0.1</ip></networks><profile>${profile}</profile><quota>default</quota></${name}>`

/** Every question has its own user, because a server writes its log a moment after its answer. */
const ASKED: Readonly<Record<string, (clickhouse: ClickHouse) => Promise<unknown>>> = {
  ...questions(history()),
  eventsSince: async (c) => eventsSince(c, { position: (await eventsSince(c)).position.replace(/\d+/, '0') }),
  runIfAny: (c) => runIfAny(c, 'no such run'),
}
const TITLES = Object.keys(ASKED)

const dataDir = mkdtempSync(join(tmpdir(), 'runspan-names-'))
const USERS = ['keeper', 'asks', 'fixed', ...TITLES.map((_, i) => `asks${i}`)]
let server: EmbeddedServer
let as: (user: string) => ClickHouse
/** A user with all rights, who reads the log. */
let keeper: ClickHouse
let clickhouse: ClickHouse
/** A user who may change no setting, not even `log_comment`. */
let fixed: ClickHouse
beforeAll(async () => {
  const configuration = join(dataDir, 'clickhouse', 'config')
  for (const folder of ['config.d', 'users.d']) mkdirSync(join(configuration, folder), { recursive: true })
  writeFileSync(
    join(configuration, 'config.d', 'query-log.xml'),
    '<clickhouse><query_log><database>system</database><table>query_log</table></query_log></clickhouse>',
  )
  writeFileSync(
    join(configuration, 'users.d', 'names.xml'),
    `<clickhouse><profiles><all/><fixed><readonly>1</readonly></fixed></profiles><users>${USERS.map((name) => user(name, name === 'fixed' ? 'fixed' : 'all')).join('')}</users></clickhouse>`,
  )
  server = await startEmbedded({ dataDir })
  const { url, database } = server
  as = (name) => new ClickHouse({ url, database, user: name, password: PASSWORD })
  ;[keeper, clickhouse, fixed] = [as('keeper'), as('asks'), as('fixed')]
  await applySchema(clickhouse)
  const spool = new Spool({ directory: join(dataDir, 'spool') })
  const sender = new Sender({ directory: spool.directory, target: clickHouseTarget(clickhouse) })
  const deliver = async (): Promise<void> => {
    spool.rotate()
    const { error } = await sender.send()
    if (error !== null) throw error
    await placeTasks(clickhouse)
  }
  await storeRuns({ spool, deliver }, history(), 1)
  await sender.stop()
  spool.close()
})
afterAll(async () => {
  await Promise.all([keeper, clickhouse, fixed].map((connection) => connection?.close()))
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

interface Logged {
  readonly name: string
  readonly kind: string
  readonly query: string
}

/** Returns the queries of a user. */
async function loggedOf(asker: string): Promise<Logged[]> {
  await keeper.command('SYSTEM FLUSH LOGS')
  return keeper.query<Logged>(
    `SELECT log_comment AS name, query_kind AS kind, query FROM system.query_log
    WHERE type = 'QueryFinish' AND is_initial_query AND user = {asker:String} ORDER BY event_time_microseconds`,
    { asker },
  )
}

const SOURCES = fileURLToPath(new URL('../../packages/analytics/src', import.meta.url))

/** Returns the names of files that a source of analytics imports, itself included: a question's queries are in them. */
function reachedFrom(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, path] of text.matchAll(/from '(\.{1,2}\/[^']+\.ts)'/g)) reachedFrom(join(dirname(file), path!), found)
  return found
}

/** File of each question in the index. */
const fileOf = new Map(
  [
    ...readFileSync(join(SOURCES, 'questions/index.ts'), 'utf8').matchAll(/^export \{ ([^}]+) \} from '\.\/(.+)'$/gm),
  ].flatMap(([, names, file]) => names!.split(', ').map((name) => [name, join(SOURCES, 'questions', file!)] as const)),
)

/** Queries of clickhouse itself: a rollup is updated before it is queried. */
const ELSEWHERE = new Set(['cluster', 'roll up tasks'])

test('statements of the schema, inserts and delivery have names too', async () => {
  const logged = await loggedOf('asks')
  expect(logged.filter(({ name }) => name === '')).toEqual([])
  const names = new Set(logged.map(({ name }) => name))
  const expected = ['schema apply 001', 'schema apply/note', 'spool otel_traces', 'spool otel_logs', 'place tasks']
  expect(expected.filter((name) => !names.has(name))).toEqual([])
})

test('every question of the index has its name in system.query_log', async () => {
  const wrong: string[] = []
  const asked = new Set<string>()
  for (const [i, title] of TITLES.entries()) {
    const connection = as(`asks${i}`)
    await ASKED[title]!(connection)
    await connection.close()
  }
  for (const [i, title] of TITLES.entries()) {
    const file = fileOf.get(title)
    // the same question with another range
    if (file === undefined) continue
    await expect
      .poll(async () => (await loggedOf(`asks${i}`)).some(({ kind }) => kind === 'Select'), { message: title })
      .toBe(true)
    const reached = new Set([...reachedFrom(file)].map((path) => basename(path, '.ts')))
    for (const { name, query } of await loggedOf(`asks${i}`)) {
      const [question = ''] = name.split('/')
      asked.add(name)
      if (!reached.has(question) && !ELSEWHERE.has(question))
        wrong.push(`${title}: "${name}" of ${query.slice(0, 100)}`)
    }
  }
  expect(wrong).toEqual([])
  expect([...fileOf.keys()].filter((name) => name !== 'USUAL_NEEDS_RUNS' && !(name in ASKED))).toEqual([])
  // most queries run here; the others need very many rows, a cluster or an unknown name
  expect(asked.size).toBeGreaterThan(60)
})

test('a user who may change no setting gets the answer too, without the name', async () => {
  // questions with settings in their SQL are refused for such a user, as before
  expect(await ASKED['runStats']!(fixed)).toEqual(await ASKED['runStats']!(clickhouse))
  await expect.poll(async () => (await loggedOf('fixed')).length).toBeGreaterThan(0)
  expect((await loggedOf('fixed')).map(({ name }) => name).filter((name) => name !== '')).toEqual([])
})

test('docs/questions.md says how the slow question is found', async () => {
  const sql = blocks('docs/questions.md', 'sql').find((block) => block.includes('log_comment'))
  await ASKED['runStats']!(clickhouse)
  const shown = async (): Promise<string[]> => {
    await keeper.command('SYSTEM FLUSH LOGS')
    return (await keeper.query<{ question: string }>(sql!)).map(({ question }) => question)
  }
  await expect.poll(shown).toContain('run-stats')
})

test('a name is that of the file it stands in', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const named = files.flatMap((file) => {
    const text = readFileSync(join(SOURCES, file), 'utf8')
    return [...text.matchAll(/(?:name: |Query\(\s*)'([a-z][a-z0-9 -]*(?:\/[a-z0-9 ]+)?)'/g)].map((match) => ({
      file,
      name: match[1]!,
    }))
  })
  expect(named.length).toBeGreaterThan(80)
  const wrong = named.filter(({ file, name }) => {
    const [question] = name.split('/')
    return !file.startsWith('retention/') && question !== basename(file, '.ts') && !name.startsWith('process.')
  })
  expect(wrong).toEqual([])
})
