import { AsyncLocalStorage, createHook } from 'node:async_hooks'

import { threadMicroseconds } from './process-use.ts'

/** CPU time of one task. */
export class CpuShare {
  cpuMilliseconds = 0
  /** Milliseconds its code ran since the thread's clock was last read, waiting for a core included. */
  pendingMilliseconds = 0
}

const current: AsyncLocalStorage<CpuShare> = new AsyncLocalStorage()
/** The task whose code runs now, and since when. */
let running: CpuShare | undefined
let since = 0
/** Tasks around the running one, for callbacks that are called within callbacks. */
const around: (CpuShare | undefined)[] = []
const DEEPEST = 1000
let isOn = false

/**
 * Reading the thread's CPU clock at every switch would cost more than the switch. So it is read once per this much work, and
 * the CPU time is divided.
 */
const WINDOW_MS = 1
const touched: Set<CpuShare> = new Set()
let windowMilliseconds = 0
let cpuMicroseconds = Number.NaN

function goOver(to: CpuShare | undefined): void {
  const now = performance.now()
  windowMilliseconds += now - since
  if (running !== undefined) {
    running.pendingMilliseconds += now - since
    touched.add(running)
  }
  running = to
  since = now
  if (windowMilliseconds >= WINDOW_MS) readClock()
}

/** Divides the CPU time since the last reading among the tasks whose code ran meanwhile. */
function readClock(): void {
  const now = threadMicroseconds()
  const onCore = (now - cpuMicroseconds) / 1000 / windowMilliseconds
  // more CPU than elapsed time: the rest is the event loop's own work and belongs to no task
  const ratio = onCore >= 0 && onCore < 1 ? onCore : 1
  for (const share of touched) {
    share.cpuMilliseconds += share.pendingMilliseconds * ratio
    share.pendingMilliseconds = 0
  }
  touched.clear()
  windowMilliseconds = 0
  cpuMicroseconds = now
}

/**
 * Attributes each callback of this thread to its task from now on. Costs 0.3 to 0.4 µs for every `await` of the program.
 */
export function attributeCpu(): void {
  if (isOn) return
  isOn = true
  since = performance.now()
  cpuMicroseconds = threadMicroseconds()
  createHook({
    before() {
      if (around.length < DEEPEST) around.push(running)
      // between callbacks no task's code runs
      if (around.length === 1) since = performance.now()
      goOver(current.getStore())
    },
    after() {
      goOver(around.pop())
    },
  }).enable()
}

/** Returns whether CPU time is attributed. */
export function attributesCpu(): boolean {
  return isOn
}

/** Runs a function, and everything asynchronous that it starts, as the code of a task. */
export function forTask<T>(share: CpuShare, body: () => T): T {
  const before = running
  goOver(share)
  try {
    return current.run(share, body)
  } finally {
    goOver(before)
  }
}

/** Returns the CPU seconds of the task so far, the current callback included. */
export function ownCpuSeconds(share: CpuShare): number {
  goOver(running)
  readClock()
  return share.cpuMilliseconds / 1000
}
