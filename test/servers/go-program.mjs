import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Helm, which checks the chart. */
export const HELM = {
  name: 'helm',
  package: 'helm.sh/helm/v3/cmd/helm',
  version: 'v3.22.0',
  variable: 'RUNSPAN_HELM',
}

/** Jaeger 2: its releases are versions 1 of the Go module; 1.76 is the last. */
export const JAEGER = {
  name: 'jaeger',
  package: 'github.com/jaegertracing/jaeger/cmd/jaeger',
  version: 'v1.76.0',
  variable: 'RUNSPAN_JAEGER',
}

/**
 * Returns a program written in Go: the one in its variable, else the one in the user's cache. With `RUNSPAN_TEST_ALL=1` and
 * Go installed, it is first built into the cache, which takes minutes. Undefined without one.
 */
export function goProgram({ name, package: path, version, variable }) {
  const given = process.env[variable]
  if (given !== undefined && given !== '') return given
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runspan')
  const program = join(cache, `${name}-${version}`)
  if (existsSync(program)) return program
  if (process.env.RUNSPAN_TEST_ALL !== '1') return undefined
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  process.stderr.write(`building ${name} ${version} with Go, once: some minutes\n`)
  const work = mkdtempSync(join(tmpdir(), `runspan-${name}-`))
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' }
  const go = (...args) => {
    execFileSync('go', args, { cwd: work, env, stdio: ['ignore', 2, 2] })
  }
  try {
    mkdirSync(cache, { recursive: true })
    // within a module: `go install` refuses programs whose modules replace others
    go('mod', 'init', 'runspan-test-tools')
    go('get', '-tool', `${path}@${version}`)
    go('build', '-ldflags=-s -w', '-o', `${program}.${process.pid}`, path)
    renameSync(`${program}.${process.pid}`, program)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return program
}
