import { isMainThread, parentPort, Worker } from 'node:worker_threads'

import { MetricsCollector } from '../../../packages/runspan/dist/index.js'

/**
 * Two worker threads that use 300 ms of CPU each at the same time, while the main thread waits. Prints the CPU time
 * attributed to each.
 */
const collector = new MetricsCollector()

function work(milliseconds) {
  const threadTime = process.threadCpuUsage?.bind(process)
  if (threadTime !== undefined) {
    const start = threadTime()
    while (threadTime(start).user + threadTime(start).system < milliseconds * 1000);
    return
  }
  // without a clock of the thread: a fixed amount of arithmetic, which another thread does in the same time
  for (let i = 0, x = 1; i < milliseconds * 400_000; i++) x = (x * 1103515245 + 12345) % 2147483648
}

if (isMainThread) {
  const measure = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url))
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  let workers
  const main = await collector.collect('main', async () => {
    workers = await Promise.all([measure(), measure()])
  })
  process.stdout.write(JSON.stringify({ main, workers }))
} else {
  parentPort.postMessage(await collector.collect('worker', () => work(300)), [])
}
