import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Returns the directory with the programs of Python packages, in the user's cache. With `RUNSPAN_TEST_ALL=1` pip installs
 * them there first. Undefined if they are missing.
 */
export function pythonPackages(name: string, packages: readonly string[]): string | undefined {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'runspan')
  const directory = join(cache, name)
  if (existsSync(directory)) return join(directory, 'bin')
  if (process.env['RUNSPAN_TEST_ALL'] !== '1') return undefined
  mkdirSync(cache, { recursive: true })
  const fresh = `${directory}.${process.pid}`
  execFileSync('python3', ['-m', 'venv', fresh], { stdio: 'ignore' })
  execFileSync(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...packages], {
    stdio: ['ignore', 2, 2],
  })
  try {
    renameSync(fresh, directory)
  } catch {
    rmSync(fresh, { recursive: true, force: true }) // another process was faster
  }
  return join(directory, 'bin')
}
