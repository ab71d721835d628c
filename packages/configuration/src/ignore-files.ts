import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Files that tell git and npm what to ignore in a directory. */
const NAMES = ['.gitignore', '.npmignore']
const TEXT = '# Runspan: passwords and recorded runs belong in no repository and no package.\n*\n'

/**
 * Keeps a data directory, which holds passwords, out of commits and packages: writes a `.gitignore` and an `.npmignore` into
 * a directory that is empty or called `.runspan`. Another directory with content may be a project's own, and stays unchanged.
 */
export function writeIgnoreFiles(directory: string): void {
  try {
    if (basename(directory) !== '.runspan' && readdirSync(directory).length > 0) return
    for (const name of NAMES) {
      const file = join(directory, name)
      if (!existsSync(file)) writeFileSync(file, TEXT, { mode: 0o600, flag: 'wx' })
    }
  } catch {
    // another process was faster, or nothing can be written here; recording reports that
  }
}
