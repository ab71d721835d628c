import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../collector-config/', import.meta.url))
const MANIFEST = join(FOLDER, 'manifest.yaml')
const VERSION = /^ {2}version: (\S+)$/m.exec(readFileSync(MANIFEST, 'utf8'))[1]

/**
 * Returns the OpenTelemetry collector's program: the one in `RUNSPAN_OTELCOL`, else one built with Go by its own builder and
 * kept in the user's cache. Undefined without either.
 */
export function collectorProgram() {
  const given = process.env.RUNSPAN_OTELCOL
  if (given !== undefined && given !== '') return given
  const directory = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'runspan',
    `otelcol-${createHash('sha256').update(readFileSync(MANIFEST)).digest('hex').slice(0, 12)}`,
  )
  const program = join(directory, 'otelcol')
  if (existsSync(program)) return program
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  process.stderr.write(`building the collector ${VERSION} with Go, once: some minutes, a gigabyte of Go modules\n`)
  const work = mkdtempSync(join(tmpdir(), 'runspan-otelcol-'))
  const env = { ...process.env, GOBIN: work, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' }
  const options = { cwd: work, env, stdio: ['ignore', 2, 2] }
  mkdirSync(join(work, 'build')) // the builder creates only the last folder of its output path
  copyFileSync(MANIFEST, join(work, 'manifest.yaml'))
  execFileSync('go', ['install', `go.opentelemetry.io/collector/cmd/builder@v${VERSION}`], options)
  execFileSync(join(work, 'builder'), ['--config', 'manifest.yaml', '--ldflags=-s -w'], options)
  mkdirSync(directory, { recursive: true })
  copyFileSync(join(work, 'build', 'otelcol'), `${program}.new`)
  renameSync(`${program}.new`, program)
  rmSync(work, { recursive: true, force: true })
  return program
}

/** Returns the same for tests. Building takes minutes, so only CI builds a missing one. */
export function collectorForTests() {
  const { RUNSPAN_TEST_ALL, RUNSPAN_OTELCOL } = process.env
  return RUNSPAN_TEST_ALL === '1' || RUNSPAN_OTELCOL !== undefined ? collectorProgram() : undefined
}

/**
 * Starts a collector with a configuration of `collector-config/`, or with the file at an absolute path, that writes to the
 * server; it is ready when this returns. `env` adds to the configuration's variables, `flags` to its command.
 */
export async function startCollector(program, server, configuration = 'agent', env = {}, flags = []) {
  const port = await freePort()
  const grpcPort = await freePort()
  const file = isAbsolute(configuration) ? configuration : join(FOLDER, `${configuration}.yaml`)
  const child = spawn(program, ['--config', file, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      OTLP_HTTP_ENDPOINT: `127.0.0.1:${port}`,
      OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpcPort}`,
      CLICKHOUSE_ENDPOINT: `tcp://127.0.0.1:${server.tcpPort}`,
      CLICKHOUSE_DATABASE: server.database,
      CLICKHOUSE_USER: server.user,
      CLICKHOUSE_PASSWORD: server.password,
      ...env,
    },
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-20_000)
  })
  const ended = new Promise((resolve) => {
    child.once('exit', resolve)
  })
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries > 400) throw new Error(`the collector did not start: ${said}`)
    await delay(50)
  }
  return {
    port,
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    said: () => said,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
