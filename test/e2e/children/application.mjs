// An application under load: node application.mjs <spool directory> <file of finished spans> <first id> [most spans] Each
// turn of its event loop ends spans, and writes a line into the file that says which spans had ended before the last finished
// turn.
import { openSync, writeSync } from 'node:fs'

import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { Spool, SpoolSpanProcessor } from '@runspan/spool'

const [directory, report, prefix, most = 'Infinity'] = process.argv.slice(2)
const told = openSync(report, 'a')
const provider = new BasicTracerProvider({ spanProcessors: [new SpoolSpanProcessor(new Spool({ directory }))] })
const tracer = provider.getTracer('load')

let number = 0
let ended = []
function turn() {
  if (ended.length > 0) writeSync(told, `${ended.join('\n')}\n`)
  ended = []
  for (let i = 0; i < 40; i++) {
    const id = `${prefix}-${number++}`
    tracer.startSpan('work', { attributes: { id, 'http.route': '/orders/:id', attempt: i } }).end()
    ended.push(id)
  }
  // after the maximum it only stays alive
  if (number < Number(most)) setImmediate(turn)
  else setTimeout(() => writeSync(told, `${ended.join('\n')}\n`), 100)
}
setInterval(() => undefined, 1000)
process.stdout.write('up\n')
turn()
