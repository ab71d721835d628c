import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { NotifyError } from './errors.ts'

/** Makes a directory and what is missing above it, for its owner only. Throws `DIRECTORY_NOT_WRITABLE`. */
export function makePrivateDirectory(path: string): void {
  const missing: string[] = []
  for (let directory = path; !existsSync(directory); directory = dirname(directory)) missing.push(directory)
  try {
    // one at a time: Node's recursive mkdir never returns where a file system denies with ENOENT
    for (const directory of missing.reverse()) mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return makePrivateDirectory(path) // another process was quicker
    throw new NotifyError('DIRECTORY_NOT_WRITABLE', `${path} cannot be made: ${String(error)}.`, error)
  }
}

let written = 0

/** Writes a file whole or not at all, readable by its owner only. */
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
