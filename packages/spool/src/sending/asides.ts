import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { textOf } from '../log.ts'

/** Maximum bytes set aside: they are for a person to look at, and more would not help. */
const MAX_BYTES = 64 * 1024 * 1024

export type AsideKind = 'damaged' | 'refused'

/** Stores data that cannot be sent in folders next to the segments, within limits. */
export class Asides {
  private readonly directory: string
  /** Bytes in each folder; measured again only if they seem too many. */
  private readonly bytes = new Map<AsideKind, number>()

  constructor(directory: string) {
    this.directory = directory
  }

  /** Stores bytes as `<directory>/<kind>/<name>`. Returns in words what was done. Never throws. */
  keep(kind: AsideKind, name: string, bytes: Uint8Array, reason?: string): string {
    try {
      const folder = this.folder(kind)
      if (!this.hasRoom(kind, folder, bytes.length)) {
        return `not kept: ${folder} holds ${MAX_BYTES / 1024 / 1024} MB already, delete what is not needed`
      }
      writeFileSync(join(folder, name), bytes, { mode: 0o600 })
      if (reason !== undefined) writeFileSync(join(folder, `${name}.txt`), `${reason}\n`, { mode: 0o600 })
      return `kept as ${join(folder, name)}`
    } catch (error) {
      return `not kept: ${textOf(error)}`
    }
  }

  /** Moves a whole file aside. Returns its new place. Throws the errors of the file system. */
  move(kind: AsideKind, name: string): string {
    const moved = join(this.folder(kind), name)
    renameSync(join(this.directory, name), moved)
    return `kept as ${moved}`
  }

  /** Returns whether something with this name is already set aside. */
  has(kind: AsideKind, name: string): boolean {
    return statSync(join(this.directory, kind, name), { throwIfNoEntry: false }) !== undefined
  }

  private folder(kind: AsideKind): string {
    const folder = join(this.directory, kind)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  private hasRoom(kind: AsideKind, folder: string, more: number): boolean {
    let bytes = this.bytes.get(kind)
    if (bytes === undefined || bytes + more > MAX_BYTES) bytes = bytesIn(folder)
    const room = bytes + more <= MAX_BYTES
    this.bytes.set(kind, room ? bytes + more : bytes)
    return room
  }
}

function bytesIn(folder: string): number {
  let bytes = 0
  for (const name of readdirSync(folder)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return bytes
}
