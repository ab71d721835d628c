import { isMainThread } from 'node:worker_threads'

import { nextNumber, ProcFile, skipName } from './proc-file.ts'

/** Milliseconds within which a measurement also serves the start of another task. */
const SHARED_MILLISECONDS = 0.025

/** Resources that the process had used up to one moment. NaN: not available here. */
export interface ProcessUse {
  readonly userMicroseconds: number
  readonly systemMicroseconds: number
  /** CPU time of child processes that have ended and were waited for. */
  readonly childMicroseconds: number
  readonly residentBytes: number
  readonly highestResidentBytes: number
  readonly contextSwitches: number
  readonly readBytes: number
  readonly writtenBytes: number
  readonly readCalls: number
  readonly writeCalls: number
  readonly receivedBytes: number
  readonly sentBytes: number
}

interface StreamCounter {
  readonly readBytes: number
  readonly writtenBytes: number
}

/**
 * Counts bytes of sockets and of pipes to children if instrumentation has installed it. The kernel counts them together with
 * the bytes of files.
 */
const STREAMS = Symbol.for('runspan.streams')
type StreamRegistry = { [STREAMS]?: { readonly network: StreamCounter | null; readonly pipes: StreamCounter } }
const NO_STREAM: StreamCounter = { readBytes: 0, writtenBytes: 0 }

/** Bytes that telemetry itself reads and writes, if there is a spool. */
const OWN_IO = Symbol.for('runspan.own-io')
interface OwnIo {
  readonly readBytes: number
  readonly readCalls: number
  readonly writtenBytes: number
  readonly writeCalls: number
}
type OwnIoRegistry = { [OWN_IO]?: OwnIo }
const NO_OWN_IO: OwnIo = { readBytes: 0, readCalls: 0, writtenBytes: 0, writeCalls: 0 }

/** Counts the CPU time of children if instrumentation has seen the process start one. */
const CHILDREN = Symbol.for('runspan.children')
type ChildRegistry = { [CHILDREN]?: true }

/** Available from Node 22.19 and 23.9. */
const threadCpuUsage = (process as { threadCpuUsage?: () => { user: number; system: number } }).threadCpuUsage

/** Clock tick of nearly every kernel. */
const TICK_MICROSECONDS = 10_000

const memoryFile: ProcFile = new ProcFile('/proc/self/statm')
const ioFile: ProcFile = new ProcFile('/proc/self/io')

const statFile: ProcFile = new ProcFile('/proc/self/stat')
const threadFile: ProcFile = new ProcFile('/proc/thread-self/schedstat')
const threadStatFile: ProcFile = new ProcFile('/proc/thread-self/stat')

/** Whose CPU time is measured: tasks in a worker thread have the thread to themselves. */
export const CPU_SCOPE: 'process' | 'thread' = isMainThread ? 'process' : 'thread'

/**
 * Bytes that reading these files adds to the counts in `io`. They are subtracted, so that a task that reads nothing shows 0.
 */
let ownReadBytes = 0
let ownReadCalls = 0
let pageBytes = 0

/** Returns the resident memory of the process; NaN if the system does not report it. */
export function residentBytes(): number {
  const length = memoryFile.read()
  if (length === 0) return residentBytesOfNode()
  ownReadBytes += length
  ownReadCalls++
  nextNumber(length)
  const pages = nextNumber(length)
  // Node does not report the page size (4 to 64 kB): take the power of two nearest to its value for the same memory.
  pageBytes ||= 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages))
  return pages * pageBytes
}

/** Returns Node's value. On Linux Node reads /proc itself, and throws if it is not mounted. */
function residentBytesOfNode(): number {
  try {
    return process.memoryUsage.rss()
  } catch {
    return Number.NaN
  }
}

/** Returns the CPU time of this thread in microseconds; NaN if it is not available. */
export function threadMicroseconds(): number {
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage.call(process)
    return user + system
  }
  const length = threadFile.read()
  if (length === 0) return Number.NaN
  ownReadBytes += length
  ownReadCalls++
  return nextNumber(length) / 1000
}

/**
 * Returns user and system time of this worker thread in microseconds. System time has the resolution of the kernel's tick if
 * Node does not report it.
 */
function threadTimes(): readonly [number, number] {
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage.call(process)
    return [user, system]
  }
  const total = threadMicroseconds()
  const system = Math.min(total, ticks(threadStatFile, 12) * TICK_MICROSECONDS)
  return [total - system, system]
}

/** Returns the sum of `count` fields of a stat file, from the `nth` after the name. */
function ticks(file: ProcFile, nth: number, count = 1): number {
  const length = file.read()
  if (length === 0) return 0
  ownReadBytes += length
  ownReadCalls++
  skipName(length)
  let sum = 0
  for (let field = 1; field < nth + count; field++) {
    const number = nextNumber(length)
    if (field >= nth) sum += number
  }
  return sum
}

let latest: ProcessUse | null = null
let latestAt = 0

/** Returns a new measurement of the process. Takes about 4 µs on Linux. */
export function measureProcess(): ProcessUse {
  const { userCPUTime, systemCPUTime, maxRSS, voluntaryContextSwitches, involuntaryContextSwitches } =
    process.resourceUsage()
  const [user, system] = isMainThread ? [userCPUTime, systemCPUTime] : threadTimes()
  const children = (globalThis as ChildRegistry)[CHILDREN] === true ? ticks(statFile, 13, 2) * TICK_MICROSECONDS : 0
  const resident = residentBytes()
  const length = ioFile.read()
  const known = length > 0
  const streams = (globalThis as StreamRegistry)[STREAMS]
  const receivedBytes = streams?.network?.readBytes ?? Number.NaN
  const sentBytes = streams?.network?.writtenBytes ?? Number.NaN
  const pipes = streams?.pipes ?? NO_STREAM
  const own = (globalThis as OwnIoRegistry)[OWN_IO] ?? NO_OWN_IO
  const notRead = ownReadBytes + own.readBytes + pipes.readBytes + (receivedBytes || 0)
  const notWritten = own.writtenBytes + pipes.writtenBytes + (sentBytes || 0)
  const readBytes = known ? nextNumber(length) - notRead : Number.NaN
  const writtenBytes = known ? nextNumber(length) - notWritten : Number.NaN
  const readCalls = known ? nextNumber(length) - ownReadCalls - own.readCalls : Number.NaN
  const writeCalls = known ? nextNumber(length) - own.writeCalls : Number.NaN
  if (known) {
    ownReadBytes += length
    ownReadCalls++
  }
  latest = {
    userMicroseconds: user,
    systemMicroseconds: system,
    childMicroseconds: children,
    residentBytes: resident,
    highestResidentBytes: maxRSS * 1024,
    contextSwitches: voluntaryContextSwitches + involuntaryContextSwitches,
    readBytes,
    writtenBytes,
    readCalls,
    writeCalls,
    receivedBytes,
    sentBytes,
  }
  latestAt = performance.now()
  return latest
}

/** Returns a measurement for a start: the latest if it is at most 25 µs old, so that tasks in a row share one. */
export function measureProcessForStart(): ProcessUse {
  return latest !== null && performance.now() - latestAt < SHARED_MILLISECONDS ? latest : measureProcess()
}
