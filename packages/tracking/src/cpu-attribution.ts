import { AsyncLocalStorage, createHook } from 'node:async_hooks'

import { threadMicroseconds } from './process-use.ts'

/** CPU time of one task. */
export class CpuShare {
  cpuMilliseconds = 0
  /** Since the thread's clock was last read: how long its code ran, a wait for a core included. */
  pendingMilliseconds = 0
}

const current: AsyncLocalStorage<CpuShare> = new AsyncLocalStorage()
/** Whose code runs now, and since when. */
let running: CpuShare | undefined
let since = 0
/** What ran around what runs now, where callbacks are called within callbacks. */
const around: (CpuShare | undefined)[] = []
const DEEPEST = 1000
let isOn = false

/** Reading the thread's CPU clock at every change would cost more than the change: it is read after so much work, and what it says divided. */
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

/** Divides the CPU time since the last reading among those whose code ran meanwhile. */
function readClock(): void {
  const now = threadMicroseconds()
  const onCore = (now - cpuMicroseconds) / 1000 / windowMilliseconds
  // more than the time there was: work of the event loop itself, which is nobody's
  const ratio = onCore >= 0 && onCore < 1 ? onCore : 1
  for (const share of touched) {
    share.cpuMilliseconds += share.pendingMilliseconds * ratio
    share.pendingMilliseconds = 0
  }
  touched.clear()
  windowMilliseconds = 0
  cpuMicroseconds = now
}

/** From now on each callback of the thread is counted for the task it belongs to: 0.3 to 0.4 µs for every `await` of the program. */
export function attributeCpu(): void {
  if (isOn) return
  isOn = true
  since = performance.now()
  cpuMicroseconds = threadMicroseconds()
  createHook({
    before() {
      if (around.length < DEEPEST) around.push(running)
      // between callbacks nobody's code runs
      if (around.length === 1) since = performance.now()
      goOver(current.getStore())
    },
    after() {
      goOver(around.pop())
    },
  }).enable()
}

/** Whether it is on. */
export function attributesCpu(): boolean {
  return isOn
}

/** Runs what is called at once, and all that follows from it, for a task. */
export function forTask<T>(share: CpuShare, body: () => T): T {
  const before = running
  goOver(share)
  try {
    return current.run(share, body)
  } finally {
    goOver(before)
  }
}

/** CPU seconds of the task so far, the present callback included. */
export function ownCpuSeconds(share: CpuShare): number {
  goOver(running)
  readClock()
  return share.cpuMilliseconds / 1000
}
