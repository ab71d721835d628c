import { closeSync, openSync, readSync } from 'node:fs'

import { countLoss } from './losses.ts'

/** A measurement taken this short a time ago serves the start of another task too. */
const SHARED_MILLISECONDS = 0.025

/** What the process had used up to one moment. NaN: not to be had here. */
export interface ProcessUse {
  readonly userMicroseconds: number
  readonly systemMicroseconds: number
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

/** Counts sockets' bytes where instrumentation has installed it. */
const NETWORK = Symbol.for('runspan.network')
type NetworkRegistry = { [NETWORK]?: () => { readonly receivedBytes: number; readonly sentBytes: number } }
const NO_NETWORK = { receivedBytes: Number.NaN, sentBytes: Number.NaN }

const text: Buffer = Buffer.allocUnsafe(512)
let position = 0

/** The next whole number in `text`; parsing bytes costs a tenth of making a string of them. */
function nextNumber(end: number): number {
  let byte = 0
  while (position < end && ((byte = text[position] ?? 0) < 48 || byte > 57)) position++
  let number = 0
  while (position < end && (byte = text[position] ?? 0) >= 48 && byte <= 57) {
    number = number * 10 + byte - 48
    position++
  }
  return number
}

/** A file of /proc/self that is opened once and read again and again; off for good when that fails. */
class ProcFile {
  readonly path: string
  descriptor: number | null = null
  off: boolean = process.platform !== 'linux'

  constructor(path: string) {
    this.path = path
  }

  /** Reads it into `text`; returns the number of bytes, 0 when it cannot be read. */
  read(): number {
    if (this.off) return 0
    try {
      this.descriptor ??= openSync(this.path, 'r')
      position = 0
      return readSync(this.descriptor, text, 0, text.length, 0)
    } catch (error) {
      this.off = true
      if (this.descriptor !== null) closeSync(this.descriptor)
      countLoss('measurement-off', `${this.path} cannot be read: what it tells is not measured`, error)
      return 0
    }
  }
}

const memoryFile: ProcFile = new ProcFile('/proc/self/statm')
const ioFile: ProcFile = new ProcFile('/proc/self/io')

/** What reading these files adds to the counts in `io`: taken off again, so that a task that reads nothing shows 0. */
let ownReadBytes = 0
let ownReadCalls = 0
let pageBytes = 0

function residentBytes(): number {
  const length = memoryFile.read()
  if (length === 0) return process.memoryUsage.rss()
  ownReadBytes += length
  ownReadCalls++
  nextNumber(length)
  const pages = nextNumber(length)
  // Node does not tell the size of a page (4 to 64 kB): the nearest power of two to what it says of the same memory.
  pageBytes ||= 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages))
  return pages * pageBytes
}

let latest: ProcessUse | null = null
let latestAt = 0

/** Measures the process anew. About 4 µs on Linux. */
export function measureProcess(): ProcessUse {
  const { userCPUTime, systemCPUTime, maxRSS, voluntaryContextSwitches, involuntaryContextSwitches } =
    process.resourceUsage()
  const resident = residentBytes()
  const length = ioFile.read()
  const known = length > 0
  const readBytes = known ? nextNumber(length) - ownReadBytes : Number.NaN
  const writtenBytes = known ? nextNumber(length) : Number.NaN
  const readCalls = known ? nextNumber(length) - ownReadCalls : Number.NaN
  const writeCalls = known ? nextNumber(length) : Number.NaN
  const network = (globalThis as NetworkRegistry)[NETWORK]?.() ?? NO_NETWORK
  if (known) {
    ownReadBytes += length
    ownReadCalls++
  }
  latest = {
    userMicroseconds: userCPUTime,
    systemMicroseconds: systemCPUTime,
    residentBytes: resident,
    highestResidentBytes: maxRSS * 1024,
    contextSwitches: voluntaryContextSwitches + involuntaryContextSwitches,
    readBytes,
    writtenBytes,
    readCalls,
    writeCalls,
    receivedBytes: network.receivedBytes,
    sentBytes: network.sentBytes,
  }
  latestAt = performance.now()
  return latest
}

/** A measurement for a start: the latest if it is no older than 25 µs, so that tasks in a row share one. */
export function measureProcessForStart(): ProcessUse {
  return latest !== null && performance.now() - latestAt < SHARED_MILLISECONDS ? latest : measureProcess()
}
