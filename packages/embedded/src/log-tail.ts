import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 3000

/** Returns the last lines of a log, or why it cannot be read. */
export function logTail(file: string): string {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
      const text = buffer.toString('utf8')
      return size > TAIL_BYTES ? text.slice(text.indexOf('\n') + 1) : text
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return `(${file} cannot be read: ${(error as Error).message})`
  }
}
