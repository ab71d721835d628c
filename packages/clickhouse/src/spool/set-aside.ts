import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { textOf } from './tell.ts'

/** What lies aside is for a person to look at: more of it than this helps nobody. */
const MAX_BYTES = 64 * 1024 * 1024

export type AsideKind = 'damaged' | 'refused'

/** Keeps bytes that cannot be sent in `<directory>/<kind>/<name>`; tells in words what became of them. Never throws. */
export function setAside(directory: string, kind: AsideKind, name: string, bytes: Uint8Array, reason?: string): string {
  const folder = join(directory, kind)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (bytesIn(folder) + bytes.length > MAX_BYTES) {
      return `not kept: ${folder} holds ${MAX_BYTES / 1024 / 1024} MB already, delete what is not needed`
    }
    writeFileSync(join(folder, name), bytes, { mode: 0o600 })
    if (reason !== undefined) writeFileSync(join(folder, `${name}.txt`), `${reason}\n`, { mode: 0o600 })
    return `kept as ${join(folder, name)}`
  } catch (error) {
    return `not kept: ${textOf(error)}`
  }
}

/** Moves a whole file aside; throws if it cannot be moved. */
export function moveAside(directory: string, kind: AsideKind, name: string): string {
  const folder = join(directory, kind)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  renameSync(join(directory, name), join(folder, name))
  return `kept as ${join(folder, name)}`
}

/** Whether something of this name lies aside already. */
export function liesAside(directory: string, kind: AsideKind, name: string): boolean {
  return statSync(join(directory, kind, name), { throwIfNoEntry: false }) !== undefined
}

function bytesIn(folder: string): number {
  let bytes = 0
  for (const name of readdirSync(folder)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return bytes
}
