import type { Socket } from 'node:net'

/** Bytes that went through streams of one kind, closed ones included. Streams are asked when somebody wants to know; nothing is done per packet. */
export class StreamCounter {
  readonly #open: Set<Socket> = new Set()
  #readBytes = 0
  #writtenBytes = 0

  watch(socket: Socket): void {
    if (this.#open.has(socket)) return
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.add(socket.bytesRead, socket.bytesWritten)
    })
  }

  /** Counts what went through a stream that nobody could watch. */
  add(readBytes: number, writtenBytes: number): void {
    this.#readBytes += readBytes
    this.#writtenBytes += writtenBytes
  }

  get readBytes(): number {
    let bytes = this.#readBytes
    for (const socket of this.#open) bytes += socket.bytesRead
    return bytes
  }

  get writtenBytes(): number {
    let bytes = this.#writtenBytes
    for (const socket of this.#open) bytes += socket.bytesWritten
    return bytes
  }
}

/** What the kernel counts as reading and writing, and is no file: where tracking looks for it. */
const KEY = Symbol.for('runspan.streams')

/** Counters of a thread's streams. */
export interface Streams {
  /** Null until somebody counts it. */
  network: StreamCounter | null
  readonly pipes: StreamCounter
}

/** The counters of this thread, made when first asked for. */
export function streams(): Streams {
  const registry = globalThis as { [KEY]?: Streams }
  return (registry[KEY] ??= { network: null, pipes: new StreamCounter() })
}
