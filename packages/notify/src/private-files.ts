import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { NotifyError } from './errors.ts'

/** Creates a directory and its missing parents, readable only by the owner. Throws `DIRECTORY_NOT_WRITABLE`. */
export function makePrivateDirectory(path: string): void {
  const missing: string[] = []
  for (let directory = path; !existsSync(directory); directory = dirname(directory)) missing.push(directory)
  try {
    // one at a time: Node's recursive mkdir never returns if a file system refuses with ENOENT
    for (const directory of missing.reverse()) mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return makePrivateDirectory(path) // another process was faster
    throw new NotifyError('DIRECTORY_NOT_WRITABLE', `${path} cannot be made: ${String(error)}.`, error)
  }
}

let written = 0

/** Writes a file atomically, readable only by the owner. */
export function writePrivateFile(directory: string, name: string, text: string): void {
  const temporary = join(directory, `${process.pid}-${Date.now()}-${written++}.new`)
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, join(directory, name))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
