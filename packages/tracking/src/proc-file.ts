import { closeSync, openSync, readSync } from 'node:fs'

import { countLoss } from './losses.ts'

const text: Buffer = Buffer.allocUnsafe(1024)
let position = 0

/**
 * A file of /proc that is opened once and read repeatedly. A failure disables it for good, unless descriptors ran out.
 */
export class ProcFile {
  readonly path: string
  descriptor: number | null = null
  off: boolean = process.platform !== 'linux'

  constructor(path: string) {
    this.path = path
  }

  /** Reads the file, for `nextNumber`. Returns the number of bytes; 0 if it cannot be read. */
  read(): number {
    if (this.off) return 0
    try {
      this.descriptor ??= openSync(this.path, 'r')
      position = 0
      return readSync(this.descriptor, text, 0, text.length, 0)
    } catch (error) {
      const isForNow = ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')
      this.off = !isForNow
      if (this.descriptor !== null) closeSync(this.descriptor)
      this.descriptor = null
      countLoss('measurement-off', `${this.path} cannot be read: its values are not measured`, error)
      return 0
    }
  }
}

/** Returns the next whole number in the bytes read last. Parsing bytes costs a tenth of decoding them to a string. */
export function nextNumber(end: number): number {
  let byte = 0
  while (position < end && ((byte = text[position] ?? 0) < 48 || byte > 57)) position++
  let number = 0
  while (position < end && (byte = text[position] ?? 0) >= 48 && byte <= 57) {
    number = number * 10 + byte - 48
    position++
  }
  return number
}

/** Moves behind the last closing bracket in the bytes read last. */
export function skipName(end: number): void {
  position = text.subarray(0, end).lastIndexOf(41) + 1
}
