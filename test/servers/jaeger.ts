import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { goProgram, JAEGER } from './go-program.mjs'

/** Returns Jaeger 2, or undefined without it: `goProgram` says when it is built. */
export function jaegerForTests(): string | undefined {
  return goProgram(JAEGER)
}

export interface RunningJaeger {
  /** URL of its OTLP receiver over HTTP. */
  readonly otlp: string
  /** URL of its page and API. */
  readonly page: string
  stop(): Promise<void>
}

/** Starts Jaeger with storage in memory, on free ports; it is ready when this returns. */
export async function startJaeger(program: string): Promise<RunningJaeger> {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-jaeger-'))
  const [otlp, page, grpc, health] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const configuration = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query', 'healthcheckv2'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: `127.0.0.1:${health}` } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: `127.0.0.1:${page}` },
        grpc: { endpoint: `127.0.0.1:${grpc}` },
      },
      jaeger_storage: { backends: { memory: { memory: { max_traces: 1000 } } } },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  }
  const file = join(directory, 'jaeger.json')
  writeFileSync(file, JSON.stringify(configuration))
  const child = spawn(program, ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (part: Buffer) => (said = (said + String(part)).slice(-4000)))
  const ended = once(child, 'exit')
  const answers = (url: string): Promise<boolean> =>
    fetch(url).then(
      ({ status }) => status < 500,
      () => false,
    )
  const urls = [`http://127.0.0.1:${page}/api/services`, `http://127.0.0.1:${otlp}/`]
  for (let tries = 0; !(await Promise.all(urls.map(answers))).every(Boolean); tries++) {
    if (child.exitCode !== null || tries > 400) throw new Error(`Jaeger did not start: ${said}`)
    await delay(50)
  }
  return {
    otlp: `http://127.0.0.1:${otlp}`,
    page: `http://127.0.0.1:${page}`,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
