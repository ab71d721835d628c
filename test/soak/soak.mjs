import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { applySchema, ClickHouse, clickHouseTarget } from '@runspan/clickhouse'
import { startEmbedded } from '@runspan/embedded'
import { readLosses, Sender } from '@runspan/spool'

/*
 * npm run soak -- --minutes 10: an application records for this long, to a server that is repeatedly stopped and killed.
 * Nothing may be missing, nothing doubled, and memory must not grow.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
const directory = mkdtempSync(join(tmpdir(), 'runspan-soak-'))
const serverData = join(directory, 'server')
const appData = join(directory, 'app')
let problems = 0

function say(text) {
  process.stdout.write(`${text}\n`)
}

function check(what, ok, detail) {
  if (!ok) problems++
  say(`${ok ? 'ok    ' : 'FAILED'} ${what}: ${detail}`)
}

let server = await startEmbedded({ dataDir: serverData })
const { url, user, password, database, httpPort } = server
const clickhouse = new ClickHouse({ url, user, password, database })
await applySchema(clickhouse)

const address = new URL(url)
const program = fork(fileURLToPath(new URL('program.mjs', import.meta.url)), {
  env: {
    ...process.env,
    RUNSPAN_DATA: appData,
    RUNSPAN_CLICKHOUSE_URL: `http://${user}:${password}@${address.host}/${database}`,
    OTEL_LOG_LEVEL: 'ERROR',
  },
})
const memory = []
let final
const crash = new AbortController()
program.on('message', (message) => {
  if (message.final) final = message
  else memory.push(message.memory)
})
program.once('exit', (code) => code !== 0 && crash.abort())

const end = Date.now() + minutes * 60_000
let stops = 0
let kills = 0
while (Date.now() < end && !crash.signal.aborted) {
  await sleep(Math.min(end - Date.now(), 10_000 + Math.random() * 15_000))
  if (Date.now() >= end) break
  if (Math.random() < 0.5) {
    kills++
    process.kill(server.pid, 'SIGKILL')
    await sleep(200)
  } else {
    stops++
    await server.stop()
  }
  await sleep(3000 + Math.random() * 8000)
  server = await startEmbedded({ dataDir: serverData, httpPort })
  const last = memory.at(-1)
  say(`server back after ${stops} stops and ${kills} kills; the application has ${Math.round(last / 1e6)} MB`)
}

program.send('stop')
if (program.exitCode === null) await once(program, 'exit')
const sender = new Sender({ directory: join(appData, 'spool'), target: clickHouseTarget(clickhouse) })
const sent = await sender.send()
if (sent.error !== null) throw sent.error

const [stored] = await clickhouse.query(
  `SELECT toFloat64(count()) AS spans, toFloat64(uniqExact(SpanId)) AS ids FROM otel_traces`,
)
const [tables] = await clickhouse.query(
  `SELECT (SELECT toFloat64(count()) FROM workflow_runs FINAL) AS runs, (SELECT toFloat64(countIf(bitAnd(state, 15) >= 3)) FROM workflow_runs FINAL) AS ended,
    (SELECT toFloat64(count()) FROM workflow_tasks FINAL) AS tasks`,
)
const [events] = await clickhouse.query(
  `SELECT toFloat64(uniqExactIf((run_id, time), kind IN ('run.completed', 'run.failed'))) AS runs, toFloat64(countIf(kind IN ('task.completed', 'task.failed'))) AS tasks FROM workflow_events`,
)
const losses = readLosses(join(appData, 'spool'))
const { runs, tasks } = final.final
const third = Math.floor(memory.length / 3)
const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length / 1e6
const [middle, late] = [mean(memory.slice(third, 2 * third)), mean(memory.slice(2 * third))]

say('')
check(
  'the application',
  !crash.signal.aborted,
  `${runs} runs, ${tasks} tasks in ${minutes} minutes, ${stops} stops and ${kills} kills of the server`,
)
check(
  'nothing lost',
  stored.spans === runs + tasks && losses.length === 0,
  `${stored.spans} of ${runs + tasks} spans, ${losses.length} losses noted`,
)
check('nothing twice', stored.ids === stored.spans, `${stored.spans - stored.ids} doubled spans`)
check('runs', tables.runs === runs && tables.ended === runs, `${tables.runs} of ${runs}, ${tables.ended} ended`)
check('tasks', tables.tasks === tasks, `${tables.tasks} of ${tasks}`)
check(
  'events in the process',
  final.told.runs === runs && final.told.tasks === tasks,
  `${final.told.runs} runs, ${final.told.tasks} tasks`,
)
check(
  'events in the store',
  events.runs === runs && events.tasks === tasks,
  `${events.runs} runs, ${events.tasks} tasks`,
)
check(
  'memory flat',
  late < middle * 1.1,
  `${middle.toFixed(0)} MB in the second third, ${late.toFixed(0)} MB in the last`,
)
await sender.stop()
await clickhouse.close()
await server.stop()
rmSync(directory, { recursive: true, force: true })
say(`\n${problems === 0 ? 'passed' : `${problems} failed`}`)
process.exitCode = problems === 0 ? 0 : 1
