import { ClickHouse } from '@runspan/clickhouse'
import { Sender } from '@runspan/spool'

/* Sends a spool to ClickHouse, like `runspan up`, until told to stop; answers with its CPU seconds. */
const { directory, connection } = JSON.parse(process.argv[2])
const clickhouse = new ClickHouse(connection)
const sender = new Sender({
  directory,
  target: {
    prepare: async () => undefined,
    insertNative: (table, blocks, token) => clickhouse.insertNative(table, blocks, token),
  },
})
const before = process.cpuUsage()
sender.start()
const alive = setInterval(() => {}, 60_000)

process.on('message', async () => {
  const { error } = await sender.send()
  if (error !== null) throw error
  await sender.stop()
  clearInterval(alive)
  const { user, system } = process.cpuUsage(before)
  process.send({ cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() }, () => process.exit(0))
})
process.send({ ready: true })
