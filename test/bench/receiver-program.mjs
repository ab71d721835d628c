import { ClickHouse } from '@runspan/clickhouse'
import { startReceiver } from '@runspan/collector'
import { Sender, Spool } from '@runspan/spool'

/*
 * Receives OTLP over HTTP and sends it to ClickHouse, like `runspan up`, until told to stop; answers with its CPU seconds.
 */
const { directory, connection } = JSON.parse(process.argv[2])
const spool = new Spool({ directory })
const clickhouse = new ClickHouse(connection)
const sender = new Sender({
  directory,
  target: {
    // the tables are measured as they are: the schema is not applied here
    prepare: async () => undefined,
    insertNative: (...insert) => clickhouse.insertNative(...insert),
  },
})
const receiver = await startReceiver({ spool, httpPort: 0, grpcPort: null })
const before = process.cpuUsage()
sender.start()
let highest = 0
const look = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss())
}, 100)

process.on('message', async () => {
  await receiver.close()
  spool.close()
  const { error } = await sender.send()
  if (error !== null) throw error
  await sender.stop()
  clearInterval(look)
  const { user, system } = process.cpuUsage(before)
  process.send({ cpuSeconds: (user + system) / 1e6, residentBytes: highest }, () => process.exit(0))
})
process.send({ port: Number(new URL(receiver.httpUrl).port) })
