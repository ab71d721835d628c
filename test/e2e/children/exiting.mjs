import { fork } from 'node:child_process'
// An application that ends in some way just after its spans: node exiting.mjs <spool directory> <way>
import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

import { Spool } from '@runspan/spool'

const source = {
  resource: {},
  serviceName: 'exiting',
  resourceSchemaUrl: '',
  scopeName: '',
  scopeVersion: '',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}
const span = (id) => ({
  source,
  start: [1_790_000_000, 0],
  duration: 1,
  traceId: 'a'.repeat(32),
  spanId: id,
  parentSpanId: '',
  traceState: '',
  name: 'span',
  kind: 'Internal',
  attributes: {},
  statusCode: 'Unset',
  statusMessage: '',
  events: [],
  links: [],
})

const directory = isMainThread ? process.argv[2] : workerData.directory
const way = isMainThread ? process.argv[3] : 'in a thread'
const me = fileURLToPath(import.meta.url)
const spool = new Spool({ directory })
spool.add('otel_traces', span(way))

switch (way) {
  case 'process.exit':
    process.exit(3)
    break
  case 'a throw':
    throw new Error('as the test wants it')
  case 'an unhandled rejection':
    void Promise.reject(new Error('as the test wants it'))
    break
  case 'a span in a later exit handler':
    process.on('exit', () => spool.add('otel_traces', span('in an exit handler')))
    break
  case 'a worker thread':
    void new Worker(new URL(import.meta.url), { workerData: { directory } })
    break
  case 'a worker thread that is terminated': {
    const worker = new Worker(new URL(import.meta.url), { workerData: { directory, stay: true } })
    worker.once('online', () => setTimeout(() => void worker.terminate(), 300))
    break
  }
  case 'a forked child':
    spool.flush() // this process's segment is open when the child starts
    fork(me, [directory, 'the child'])
    break
  case 'cluster workers':
    spool.flush()
    cluster.setupPrimary({ exec: me, args: [directory, 'the worker'] })
    for (let i = 0; i < 3; i++) cluster.fork()
    break
  case 'the worker':
    setTimeout(() => process.exit(0), 20)
    break
  default:
    break
}
if (!isMainThread && workerData.stay) setInterval(() => undefined, 1000)
