import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type EmbeddedServer, startEmbedded } from '@runspan/embedded'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL that starts the server of a worker, `/1` for the first, and answers with its data directory. */
    readonly serversOfWorkers: string
  }
}

/**
 * Starts one ClickHouse for each worker that asks, and ends them after all tests: files use them one after the other.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-workers-'))
  const started = new Map<string, Promise<EmbeddedServer>>()
  const service = createServer((request, response) => {
    const dataDir = join(directory, `worker-${request.url!.slice(1)}`)
    const server = started.get(dataDir) ?? startEmbedded({ dataDir })
    started.set(dataDir, server)
    server.then(
      () => response.end(dataDir),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  service.unref()
  project.provide('serversOfWorkers', `http://127.0.0.1:${(service.address() as AddressInfo).port}`)
  return async () => {
    service.close()
    const servers = await Promise.allSettled(started.values())
    await Promise.all(servers.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)))
    rmSync(directory, { recursive: true, force: true })
  }
}
