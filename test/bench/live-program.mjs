import { setTimeout as sleep } from 'node:timers/promises'

import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { startInstrumentation } from '@runspan/instrumentation'
import { TaskManager } from '@runspan/tracking'

const { subject, directory, runs } = JSON.parse(process.argv[2])
/** A little longer than a heartbeat, so that every run sends one. */
const WATCH_SECONDS = 35

function recording() {
  const { tracerProvider, loggerProvider } = startInstrumentation({ dataDir: directory, hostMetrics: false })
  const reader = { getRun: never, getTasks: never, getTask: never, listRuns: never, listTasks: never }
  return new TaskManager({ tracerProvider, loggerProvider, reader, collectMetrics: false })
}

async function openRuns(manager) {
  const open = []
  for (let i = 0; i < runs; i++) {
    const run = manager.startRun(`workflow-${i % 50}`, { metadata: { number: i } })
    run.startTask('open')
    open.push(run)
    if (i % 100 === 0) await sleep(1)
  }
  return open
}

/** Returns the share of one core that the process uses for heartbeats alone. */
async function percentOfCore() {
  const start = performance.now()
  const before = process.cpuUsage()
  await sleep(WATCH_SECONDS * 1000)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) / 1000 / (performance.now() - start)) * 100
}

const subjects = {
  async open() {
    const manager = recording()
    global.gc?.()
    const before = process.memoryUsage().heapUsed
    const open = await openRuns(manager)
    await sleep(1500) // starts of tasks are recorded by then
    global.gc?.()
    const kilobytesPerRun = (process.memoryUsage().heapUsed - before) / 1024 / open.length
    return { kilobytesPerRun, percentOfCore: await percentOfCore() }
  },
  async listeners() {
    const manager = new TaskManager()
    let heard = 0
    for (let i = 0; i < 1000; i++) manager.addHandler({ handle: () => void heard++ })
    const run = manager.startRun('listened')
    const events = 1000
    const before = process.cpuUsage()
    for (let i = 0; i < events / 2; i++) {
      run.startTask('task').complete()
      if (i % 50 === 0) await sleep(0)
    }
    await sleep(0)
    const { user, system } = process.cpuUsage(before)
    if (heard < events * 1000) throw new Error(`${heard} events heard`)
    return { microsecondsPerEvent: (user + system) / heard }
  },
  awaits: () => awaits(false),
  attributed: () => awaits(true),
}

async function awaits(attributeCpu) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const manager = new TaskManager({ attributeCpu })
  const count = 1_000_000
  const loop = async () => {
    for (let i = 0; i < count; i++) await undefined
  }
  return manager.withRun('awaits', (run) =>
    run.withTask('loop', async () => {
      await loop()
      const before = process.cpuUsage()
      await loop()
      const { user, system } = process.cpuUsage(before)
      return { nanosecondsPerAwait: ((user + system) * 1000) / count }
    }),
  )
}

function never() {
  throw new Error('nothing is read in this benchmark')
}

if (subject === 'ending') {
  await openRuns(recording())
  await sleep(500)
  process.stdout.write('ready\n')
  setInterval(() => {}, 1000)
} else process.send(await subjects[subject](), () => process.exit(0))
