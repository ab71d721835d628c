import { startReceiver } from '../../../packages/collector/dist/index.js'
import { Spool } from '../../../packages/spool/dist/index.js'

/** Receives OTLP until it is killed; prints its port. */
const [directory, port] = process.argv.slice(2)
const receiver = await startReceiver({ spool: new Spool({ directory }), httpPort: Number(port), grpcPort: null })
process.stdout.write(`${new URL(receiver.httpUrl).port}\n`)
