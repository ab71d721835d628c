import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/*
 * ending.mjs HOW WHAT: a program that ends in one of the possible ways, with something open. With PLAIN=1 it does the same
 * without Runspan. Run ids are `HOW WHAT`. It prints "ready" when all is open; then its parent may send a signal.
 */
const [how, what] = isMainThread ? process.argv.slice(2) : workerData
const file = fileURLToPath(import.meta.url)
const runId = `${how} ${what}`

const nothing = { startRun: () => nothing, startTask: () => nothing, continueRun: () => nothing }
Object.assign(nothing, { complete: () => {}, carrier: () => ({}), close: () => {} })

async function taskManager() {
  if (process.env.PLAIN === '1') return nothing
  const { TaskManager } = await import('../../../packages/runspan/dist/index.js')
  return new TaskManager()
}

function fill() {
  const kept = []
  for (;;) kept.push(Array.from({ length: 100_000 }, () => kept.length))
}

/** Ends, or waits to be ended. */
function end() {
  switch (how) {
    case 'exit 0':
      return // nothing keeps it alive
    case 'throw':
      throw new RangeError('thrown on purpose')
    case 'unhandled rejection':
      Promise.reject(new TypeError('rejected on purpose'))
      return
    case 'process.exit':
      process.exit(3)
      return
    case 'out of memory':
      fill()
      return
    case 'blocked': {
      const until = Date.now() + 10_000
      while (Date.now() < until);
      return
    }
    default:
      setInterval(() => {}, 1000) // waits for a signal
  }
}

function ready() {
  if (process.send) process.send('ready')
  else process.stdout.write('ready\n')
}

/** Long enough for an open run to be recorded. */
const AWHILE_MS = 700

async function open() {
  const manager = await taskManager()
  if (process.argv[4] !== undefined) {
    // the child: a task of its parent's run
    manager.continueRun(JSON.parse(process.argv[4])).startTask('in-child')
    return []
  }
  const run = manager.startRun('ending', { runId })
  const task = what === 'run' ? null : run.startTask('open')
  return [task, run].filter(Boolean)
}

if (isMainThread && what === 'child' && process.argv[4] === undefined) {
  // only the child ends like this; the parent continues and completes
  const manager = await taskManager()
  const run = manager.startRun('ending', { runId })
  const task = run.startTask('parent')
  const child = fork(file, [how, what, JSON.stringify(run.carrier())], {
    execArgv: how === 'out of memory' ? ['--max-old-space-size=32'] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.once('message', () => {
    if (how.startsWith('SIG')) child.kill(how)
  })
  const [code, signal] = await once(child, 'close')
  process.stdout.write(`child ${code} ${signal}\n`)
  task.complete()
  run.complete()
} else if (isMainThread && what === 'worker') {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: [how, what],
    ...(how === 'out of memory' ? { resourceLimits: { maxOldGenerationSizeMb: 32 } } : {}),
  })
  worker.once('message', ready)
  worker.once('error', (error) => process.stdout.write(`worker ${error.code ?? error.message}\n`))
  worker.once('exit', (code) => process.stdout.write(`worker ${code}\n`))
} else {
  const opened = await open()
  setTimeout(() => {
    if (isMainThread) ready()
    else parentPort.postMessage('ready', [])
    end()
    if (how === 'blocked') for (const handle of opened) handle.complete()
    if (how === 'blocked' && process.argv[4] !== undefined) process.disconnect()
    if (how === 'exit 0' && process.connected) process.disconnect()
  }, AWHILE_MS)
}
