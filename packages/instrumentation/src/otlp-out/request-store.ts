import {
  closeSync,
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

import { isAlive, ownerOf, tell, textOf, writerName } from '@runspan/clickhouse'

export type Signal = 'traces' | 'logs' | 'metrics'

/** A request is closed at this size; receivers take some megabytes. */
const REQUEST_BYTES = 1024 * 1024
const LENGTH_BYTES = 4

/** A file of a request that waits. */
export interface Waiting {
  readonly path: string
  readonly signal: Signal
}

/**
 * Requests of one target on their way, in files. Protobuf messages of a kind may be written one after another and are one message then: each
 * turn's records are appended, behind their length, so that what a killed process cut short is seen and left out.
 */
export class RequestStore {
  readonly directory: string
  /** Requests that were dropped because there was no room, so far. */
  dropped = 0
  private readonly maxBytes: number
  private readonly writer = writerName()
  private readonly open = new Map<Signal, { readonly descriptor: number; readonly name: string; bytes: number }>()
  private number = 0

  constructor(directory: string, maxBytes: number) {
    this.directory = directory
    this.maxBytes = maxBytes
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.adopt()
  }

  /** Appends a message; on disk when this returns. What cannot be written is counted and said once. */
  append(signal: Signal, message: Uint8Array): void {
    try {
      let file = this.open.get(signal)
      if (file === undefined) {
        // the time first: files sort by age
        const name = `${String(Date.now()).padStart(14, '0')}~${String(++this.number).padStart(6, '0')}~${signal}~${this.writer}`
        file = { name, bytes: 0, descriptor: openSync(join(this.directory, `${name}.open`), 'wx', 0o600) }
        this.open.set(signal, file)
      }
      const frame = Buffer.allocUnsafe(LENGTH_BYTES + message.length)
      frame.writeUInt32BE(message.length, 0)
      frame.set(message, LENGTH_BYTES)
      writeSync(file.descriptor, frame)
      file.bytes += frame.length
      if (file.bytes >= REQUEST_BYTES) this.close(signal)
    } catch (error) {
      this.drop(1, textOf(error))
    }
  }

  /** Gives what is open to the sender. */
  rotate(): void {
    for (const signal of this.open.keys()) this.close(signal)
  }

  /** Requests that wait, the oldest first; those of processes that have ended, too. */
  waiting(): Waiting[] {
    this.adopt()
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.request'))
      .sort()
      .map((name) => ({ path: join(this.directory, name), signal: name.split('~')[2] as Signal }))
  }

  /** The request in a file, as one message; empty if there is none. */
  read({ path }: Waiting): Buffer {
    const bytes = readFileSync(path)
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
    const path = join(this.directory, file.name)
    renameSync(`${path}.open`, `${path}.request`)
    this.makeRoom()
  }

  /** What a process that is gone was writing is complete now. */
  private adopt(): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.endsWith('.open')) continue
      const owner = ownerOf(name.slice(0, -'.open'.length).split('~')[3] ?? '')
      if (owner === null || isAlive(owner) !== false) continue
      const path = join(this.directory, name)
      try {
        renameSync(path, path.replace(/\.open$/, '.request'))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error // another process was quicker
      }
    }
  }

  /** The oldest go when there is too much. */
  private makeRoom(): void {
    const files = readdirSync(this.directory)
      .filter((name) => name.endsWith('.request'))
      .sort()
      .map((name) => {
        const path = join(this.directory, name)
        return { path, size: statSync(path, { throwIfNoEntry: false })?.size ?? 0 }
      })
    let total = files.reduce((sum, { size }) => sum + size, 0)
    for (const { path, size } of files) {
      if (total <= this.maxBytes) return
      rmSync(path, { force: true })
      total -= size
      this.drop(1, `over ${this.maxBytes} bytes wait in ${this.directory}`)
    }
  }

  private drop(requests: number, why: string): void {
    if (this.dropped === 0) tell('error', `OTLP requests are dropped, said once: ${why}`)
    this.dropped += requests
  }
}
