import { setTimeout as sleep } from 'node:timers/promises'

import { EventStream, TaskManager } from 'runspan'

/*
 * An application that records without a pause until its parent says "stop"; then it prints what it has recorded. It sends to
 * a server that comes and goes, listens to its own events, reports progress, and leaves some runs open for a while.
 */
const manager = new TaskManager()
const stream = new EventStream(manager)
const told = { runs: 0, tasks: 0 }
const recorded = { runs: 0, tasks: 0, spans: 0 }
stream.on('run.completed', () => void told.runs++)
stream.on('run.failed', () => void told.runs++)
stream.on(
  'task.*',
  ({ type }) => void (type !== 'task.started' && type !== 'task.progress' && type !== 'task.retried' && told.tasks++),
)
stream.start()

const stopping = new AbortController()
process.on('message', () => stopping.abort())

async function oneRun(number) {
  const run = manager.startRun(`soak-${number % 7}`, { metadata: { number }, tags: ['soak'] })
  for (let i = 0; i < 10; i++) {
    const task = run.startTask(`task-${i}`)
    task.progress(i, 10)
    if (i === 9 && number % 20 === 0)
      await sleep(1500) // long enough for its start to be recorded
    else if (i % 3 === 0) await sleep(1)
    if (i === 5 && number % 13 === 0) task.fail(new Error(`failure ${number}`))
    else task.complete()
    recorded.tasks++
  }
  if (number % 13 === 0) run.fail(new Error('a task failed'))
  else run.complete()
  recorded.runs++
}

setInterval(() => {
  process.send({ memory: process.memoryUsage.rss(), ...recorded })
}, 2000).unref()

let number = 0
const under = new Set()
while (!stopping.signal.aborted) {
  while (under.size < 30) {
    const run = oneRun(number++)
    under.add(run)
    void run.finally(() => under.delete(run))
  }
  await sleep(20)
}
await Promise.all(under)
await stream.stop()
await manager.close()
process.send({ final: recorded, told }, () => process.exit(0))
