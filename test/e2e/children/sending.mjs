// A sender that is killed: node sending.mjs <spool directory> <connection as JSON> <number of the step> [file to write
// intervals to] A step is a call that changes the spool directory, or an insert. The kill comes after it is done, before its
// caller knows.
import { randomUUID } from 'node:crypto'
import { appendFileSync, default as fs } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [directory, connection, killAt, intervals] = process.argv.slice(2)
let step = 0
function done() {
  if (++step === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}
for (const name of ['writeFileSync', 'renameSync', 'rmSync', 'linkSync', 'mkdirSync', 'utimesSync']) {
  const original = fs[name]
  fs[name] = (...args) => {
    const result = original(...args)
    if (killAt !== undefined) done()
    return result
  }
}
syncBuiltinESMExports()

const { ClickHouse } = await import('@runspan/clickhouse')
const { Sender } = await import('@runspan/spool')
const clickhouse = new ClickHouse(JSON.parse(connection))
const who = randomUUID() // in a separate PID namespace a process's number is not unique
const target = {
  prepare: async () => undefined,
  insertNative: async (table, blocks, token) => {
    const begin = Date.now()
    await clickhouse.insertNative(table, blocks, token)
    done()
    if (intervals !== undefined) appendFileSync(intervals, `${JSON.stringify({ who, begin, end: Date.now() })}\n`)
  },
}
const sender = new Sender({ directory, target })
if (intervals === undefined) {
  await sender.send()
  await sender.stop()
  await clickhouse.close()
  process.stdout.write(JSON.stringify({ steps: step }))
} else {
  const until = Date.now() + 1500
  while (Date.now() < until) {
    await sender.send()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await sender.stop()
  await clickhouse.close()
}
