/** Bytes that telemetry itself has read and written in files: measurements of tasks exclude them. */
export interface OwnIo {
  readBytes: number
  readCalls: number
  writtenBytes: number
  writeCalls: number
}

/** Key under which tracking finds it without importing this package. */
const KEY = Symbol.for('runspan.own-io')
type Registry = { [KEY]?: OwnIo }

const ownIo: OwnIo = ((globalThis as Registry)[KEY] ??= { readBytes: 0, readCalls: 0, writtenBytes: 0, writeCalls: 0 })

export function countOwnRead(bytes: number): void {
  ownIo.readBytes += bytes
  ownIo.readCalls++
}

export function countOwnWrite(bytes: number): void {
  ownIo.writtenBytes += bytes
  ownIo.writeCalls++
}
