import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

import { countOwnRead, countOwnWrite, isAbandoned, Silence, log, textOf, WritePause, writerName } from '@runspan/spool'

export type Signal = 'traces' | 'logs' | 'metrics'

/** Size at which a request is closed; receivers accept some megabytes. */
const REQUEST_BYTES = 1024 * 1024
const LENGTH_BYTES = 4

interface OpenRequest {
  readonly descriptor: number
  readonly name: string
  readonly pause: WritePause
  bytes: number
}

/** A file with a waiting request. */
export interface Waiting {
  readonly path: string
  readonly signal: Signal
}

/**
 * Stores requests of one backend in files. Protobuf messages of one type can be concatenated into one message: each turn's
 * records are appended with their length before them, so that a record truncated by a killed process is detected and dropped.
 */
export class RequestStore {
  readonly directory: string
  /** Number of requests dropped so far for lack of space. */
  dropped = 0
  private readonly maxBytes: number
  private readonly writer = writerName()
  private readonly open = new Map<Signal, OpenRequest>()
  private readonly silence = new Silence()
  private number = 0

  constructor(directory: string, maxBytes: number) {
    this.directory = directory
    this.maxBytes = maxBytes
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.adopt()
  }

  /**
   * Appends a message, which is on disk when this returns. A message that cannot be written is counted; the first is logged.
   */
  append(signal: Signal, message: Uint8Array): void {
    try {
      let file = this.open.get(signal)
      if (file?.pause.isLong() === true && !existsSync(this.pathOf(file))) {
        // another process has taken the file with everything in it
        this.open.delete(signal)
        closeSync(file.descriptor)
        file = undefined
      }
      if (file === undefined) {
        // the time comes first, so that files sort by age
        const name = `${String(Date.now()).padStart(14, '0')}~${String(++this.number).padStart(6, '0')}~${signal}~${this.writer}`
        file = {
          name,
          bytes: 0,
          pause: new WritePause(),
          descriptor: openSync(join(this.directory, `${name}.open`), 'wx', 0o600),
        }
        this.open.set(signal, file)
      }
      const frame = Buffer.allocUnsafe(LENGTH_BYTES + message.length)
      frame.writeUInt32BE(message.length, 0)
      frame.set(message, LENGTH_BYTES)
      countOwnWrite(writeSync(file.descriptor, frame))
      file.bytes += frame.length
      if (file.bytes >= REQUEST_BYTES) this.close(signal)
    } catch (error) {
      this.drop(1, textOf(error))
    }
  }

  /** Closes the open files, so that the sender takes them. */
  rotate(): void {
    for (const signal of this.open.keys()) this.close(signal)
  }

  /** Returns the waiting requests, oldest first, including those of processes that have ended. */
  waiting(): Waiting[] {
    this.adopt()
    return this.requests()
  }

  /** Returns the request in a file as one message; empty if there is none. */
  read({ path }: Waiting): Buffer {
    const bytes = readFileSync(path)
    countOwnRead(bytes.length)
    const parts: Buffer[] = []
    for (let at = 0; at + LENGTH_BYTES <= bytes.length;) {
      const end = at + LENGTH_BYTES + bytes.readUInt32BE(at)
      if (end > bytes.length) break
      parts.push(bytes.subarray(at + LENGTH_BYTES, end))
      at = end
    }
    return Buffer.concat(parts)
  }

  remove({ path }: Waiting): void {
    rmSync(path, { force: true })
  }

  private close(signal: Signal): void {
    const file = this.open.get(signal)
    if (file === undefined) return
    this.open.delete(signal)
    closeSync(file.descriptor)
    this.complete(`${file.name}.open`)
    this.makeRoom()
  }

  private pathOf({ name }: OpenRequest): string {
    return join(this.directory, `${name}.open`)
  }

  /** Closes an open file, so that the sender takes it. Another process may have done so already. */
  private complete(name: string): void {
    const path = join(this.directory, name)
    try {
      renameSync(path, path.replace(/\.open$/, '.request'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Closes the open files of processes that have ended. */
  private adopt(): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.endsWith('.open')) continue
      const writer = name.slice(0, -'.open'.length).split('~')[3] ?? ''
      const changedMs = statSync(join(this.directory, name), { throwIfNoEntry: false })?.mtimeMs
      if (changedMs !== undefined && isAbandoned(writer, name, changedMs, this.silence)) this.complete(name)
    }
  }

  /**
   * Drops the oldest requests of the signal that takes most space: a signal that the backend refuses must not push out one
   * that it accepts.
   */
  private makeRoom(): void {
    const files = this.requests().map((one) => ({
      ...one,
      size: statSync(one.path, { throwIfNoEntry: false })?.size ?? 0,
    }))
    const bytes = new Map<Signal, number>()
    for (const { signal, size } of files) bytes.set(signal, (bytes.get(signal) ?? 0) + size)
    for (let total = files.reduce((sum, { size }) => sum + size, 0); total > this.maxBytes;) {
      const [largest] = [...bytes].sort(([, a], [, b]) => b - a)[0]!
      const at = files.findIndex(({ signal }) => signal === largest)
      const [oldest] = files.splice(at, 1)
      rmSync(oldest!.path, { force: true })
      total -= oldest!.size
      bytes.set(largest, bytes.get(largest)! - oldest!.size)
      this.drop(1, `over ${this.maxBytes} bytes wait in ${this.directory}`)
    }
  }

  private requests(): Waiting[] {
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.request'))
      .sort()
      .map((name) => ({ path: join(this.directory, name), signal: name.split('~')[2] as Signal }))
  }

  private drop(requests: number, why: string): void {
    if (this.dropped === 0) log('error', `OTLP requests are dropped, logged once: ${why}`)
    this.dropped += requests
  }
}
