import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const VERSION = '1.45.2'
const PACKAGES = [`opentelemetry-sdk==${VERSION}`, `opentelemetry-exporter-otlp-proto-http==${VERSION}`]

/** Python with OpenTelemetry's SDK: the one in the path that has it, else, in CI, one in the user's cache made with pip. Undefined where there is neither. */
export function pythonForTests(): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const directory = join(cache, 'runspan', `python-opentelemetry-${VERSION}`)
  const made = join(directory, 'bin', 'python')
  if (existsSync(made)) return made
  if (hasSdk('python3')) return 'python3'
  if (process.env['RUNSPAN_TEST_ALL'] !== '1') return undefined
  mkdirSync(join(cache, 'runspan'), { recursive: true })
  const fresh = `${directory}.${process.pid}`
  execFileSync('python3', ['-m', 'venv', fresh], { stdio: 'ignore' })
  execFileSync(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES], {
    stdio: ['ignore', 2, 2],
  })
  try {
    renameSync(fresh, directory)
  } catch {
    rmSync(fresh, { recursive: true, force: true }) // another one was faster
  }
  return made
}

function hasSdk(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import opentelemetry.sdk, opentelemetry.exporter.otlp.proto.http'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
