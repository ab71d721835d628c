import type { Socket } from 'node:net'

/**
 * Counts the bytes of streams of one kind, closed ones included. Streams are read on demand; nothing runs per packet.
 */
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

  /** Adds the bytes of a stream that could not be watched. */
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

/** Key under which tracking finds the bytes that the kernel counts as reads and writes but that are not of files. */
const KEY = Symbol.for('runspan.streams')

/** Byte counters of a thread's streams. */
export interface Streams {
  /** Null until network bytes are counted. */
  network: StreamCounter | null
  readonly pipes: StreamCounter
}

/** Returns the counters of this thread; creates them on first use. */
export function streams(): Streams {
  const registry = globalThis as { [KEY]?: Streams }
  return (registry[KEY] ??= { network: null, pipes: new StreamCounter() })
}
