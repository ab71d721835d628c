import { closeSync, openSync, readSync } from 'node:fs'

import { countLoss } from './losses.ts'

const text: Buffer = Buffer.allocUnsafe(1024)
let position = 0

/** A file of /proc that is opened once and read again and again; off for good when that fails, unless only descriptors have run out. */
export class ProcFile {
  readonly path: string
  descriptor: number | null = null
  off: boolean = process.platform !== 'linux'

  constructor(path: string) {
    this.path = path
  }

  /** Reads it, for `nextNumber`; returns the number of bytes, 0 when it cannot be read. */
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
      countLoss('measurement-off', `${this.path} cannot be read: what it tells is not measured`, error)
      return 0
    }
  }
}

/** The next whole number in what was read last; parsing bytes costs a tenth of making a string of them. */
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

/** Goes on after the last closing bracket in what was read last. */
export function skipName(end: number): void {
  position = text.subarray(0, end).lastIndexOf(41) + 1
}
