import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { choosePorts } from './choose-ports.ts'
import { defaultMemoryBytes } from './configuration.ts'
import { directoryIdentity, readRecord } from './connection-file.ts'
import type { EmbeddedConnection } from './connection.ts'
import { locateEngine } from './engine.ts'
import { EmbeddedError } from './errors.ts'
import { findWithin } from './find-embedded.ts'
import type { LaunchPlan } from './launch.ts'
import { checkOptions } from './options.ts'
import type { EmbeddedOptions } from './options.ts'
import { OwnedServer } from './owned-server.ts'
import { startFailure } from './start-failure.ts'

const POLL_MS = 50
/** Milliseconds to wait for the server of a faster process before trying to start one again. */
const JOIN_PATIENCE_MS = 1000
const PORT_ATTEMPTS = 5
const SHORTEST_CHECK_MS = 100
const LONGEST_CHECK_MS = 3000
const DEFAULT_TIMEOUT_SECONDS = 30

/** A running server. Its fields are updated after a restart. */
export interface EmbeddedServer extends EmbeddedConnection {
  /** True if this call started it, false if it joined a running one. */
  readonly started: boolean
  /** Ends the server if this call started it; otherwise does nothing. */
  stop(): Promise<void>
}

/**
 * Joins the live server of a data directory, with the ports that it has, or starts one.
 * It does not keep this process alive, and ends with the process that started it.
 * @throws EmbeddedError
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  checkOptions(options)
  const dataDir = resolve(options.dataDir)
  const deadline = performance.now() + (options.startTimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000
  let held: EmbeddedError | undefined
  for (;;) {
    const found = await findWithin(dataDir, checkTime(deadline))
    if (found !== null) return { ...found, started: false, stop: async () => {} }
    // Report who holds the directory, not that the time ran out.
    if (held !== undefined && performance.now() >= deadline) throw held
    try {
      return await startOwned({ ...options, dataDir }, deadline)
    } catch (error) {
      if (!(error instanceof EmbeddedError)) throw error
      if (error.code === 'START_TIMEOUT' && held !== undefined) throw held
      if (error.code !== 'DIRECTORY_IN_USE') throw error
      held = error
    }
    // Its holder is about to answer, or about to end.
    const patience = Math.min(deadline, performance.now() + JOIN_PATIENCE_MS)
    while (performance.now() < patience && (await findWithin(dataDir, checkTime(patience))) === null)
      await delay(POLL_MS)
  }
}

function checkTime(deadline: number): number {
  return Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, deadline - performance.now()))
}

async function startOwned(options: EmbeddedOptions, deadline: number): Promise<EmbeddedServer> {
  const { dataDir, host = '127.0.0.1', memoryBytes = defaultMemoryBytes() } = options
  const library = locateEngine()
  const last = readLast(dataDir)
  for (let attempt = 1; ; attempt++) {
    const [httpPort, tcpPort] = await choosePorts(options, host, attempt === 1 ? last : null)
    const plan: LaunchPlan = {
      library,
      dataDir,
      host,
      httpPort,
      tcpPort,
      memoryBytes,
      peerPorts: options.peerPorts ?? [],
      password: last?.password ?? newPassword(),
      readerPassword: last?.readerPassword ?? newPassword(),
      timeoutMs: Math.max(1, deadline - performance.now()),
      holdsProcess: true,
    }
    try {
      return await own(plan, options)
    } catch (error) {
      // Another process took a port that was free a moment ago: choose again, which also detects a given port that is taken.
      const isPortLost = error instanceof EmbeddedError && error.code === 'PORT_TAKEN'
      if (!isPortLost || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

async function own(plan: LaunchPlan, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const owned = new OwnedServer(plan, {
    onRestart: (connection) => {
      Object.assign(server, connection)
      options.onRestart?.(connection)
    },
    onGiveUp: options.onGiveUp,
  })
  const server: EmbeddedServer = { ...(await owned.begin()), started: true, stop: () => owned.stop() }
  return server
}

/**
 * Returns the last record: passwords and ports stay the same between starts, so that clients configured with them keep
 * working.
 */
function readLast(dataDir: string): ReturnType<typeof readRecord> {
  try {
    const record = readRecord(dataDir)
    return record !== null && record.directory === directoryIdentity(dataDir) ? record : null
  } catch (error) {
    throw startFailure(String(error), { dataDir, host: '', logFile: '' }, error)
  }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}
