import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { RunspanError } from '../errors.ts'

/** Writes a document and creates its folder. Throws `RunspanError` `NOT_WRITTEN`. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<string> {
  try {
    await makeFolder(dirname(path))
    await writeFile(path, content)
    return path
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new RunspanError('NOT_WRITTEN', `${path} cannot be written: ${words}. Name another file with -o.`, error)
  }
}

/**
 * Creates one folder at a time: Node's recursive `mkdir` never returns for a path whose parent is not a real folder, as in
 * /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await mkdir(folder).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again // another process created it meanwhile
    })
  }
}
