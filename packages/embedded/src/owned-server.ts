import { setTimeout as delay } from 'node:timers/promises'

import { connectionOf, directoryIdentity, writeRecord } from './connection-file.ts'
import type { EmbeddedConnection } from './connection.ts'
import { EmbeddedError } from './errors.ts'
import { findEmbedded } from './find-embedded.ts'
import { launch } from './launch.ts'
import type { LaunchPlan } from './launch.ts'
import { reachableHost } from './ports.ts'
import { processStart } from './process-identity.ts'
import type { ServerChild } from './server-child.ts'
import { startFailure } from './start-failure.ts'

const RESTART_LIMIT = 5
const RESTART_WINDOW_MS = 60_000
const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 5000

/** Callbacks for a restarted server, and for one that is not restarted any more. */
export interface RestartListeners {
  readonly onRestart?: ((connection: EmbeddedConnection) => void) | undefined
  readonly onGiveUp?: ((error: EmbeddedError) => void) | undefined
}

/**
 * The server of this process. `begin` starts it once; whenever it dies by itself it is restarted, on the same ports and with
 * the same passwords, until `stop`.
 */
export class OwnedServer {
  readonly #plan: LaunchPlan
  readonly #listeners: RestartListeners
  readonly #stopping = new AbortController()
  #child: ServerChild | null = null
  #revival: Promise<void> = Promise.resolve()
  #restarts: number[] = []

  constructor(plan: LaunchPlan, listeners: RestartListeners) {
    this.#plan = plan
    this.#listeners = listeners
  }

  /** Starts the server and writes `server.json`. */
  async begin(): Promise<EmbeddedConnection> {
    return this.#start(this.#plan)
  }

  /** Ends the server, and any attempt to restart it. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#revival
    await this.#child?.stop()
  }

  async #start(plan: LaunchPlan): Promise<EmbeddedConnection> {
    const child = await launch(plan)
    try {
      const connection = await recordConnection(plan, child.pid)
      this.#child = child
      void child.exited.then(() => this.#whenExited())
      return connection
    } catch (error) {
      await child.stop()
      throw startFailure(String(error), { ...plan, logFile: `${plan.dataDir}/clickhouse/server.log` }, error)
    }
  }

  #whenExited(): void {
    if (this.#stopping.signal.aborted) return
    const words = this.#child?.lastWords() ?? ''
    this.#child = null
    this.#revival = this.#revive(words)
  }

  async #revive(lastWords: string): Promise<void> {
    let problem: unknown = new Error(`The server's last words: ${lastWords.trim() || '(none)'}`)
    for (;;) {
      const now = performance.now()
      this.#restarts = this.#restarts.filter((time) => now - time < RESTART_WINDOW_MS)
      if (this.#restarts.length >= RESTART_LIMIT) return this.#stopRestarting(problem)
      const wait = Math.min(FIRST_DELAY_MS * 2 ** this.#restarts.length, LONGEST_DELAY_MS)
      this.#restarts.push(now)
      if (!(await this.#pause(wait))) return
      try {
        const connection = await this.#start({ ...this.#plan, holdsProcess: false })
        if (!this.#stopping.signal.aborted) this.#notify(() => this.#listeners.onRestart?.(connection))
        return
      } catch (error) {
        problem = error
        const successor = await this.#findSuccessor(error)
        if (successor !== null) return this.#notify(() => this.#listeners.onRestart?.(successor))
      }
    }
  }

  /**
   * Returns the server that another process may have started in the directory meanwhile; this process then joins it.
   */
  async #findSuccessor(error: unknown): Promise<EmbeddedConnection | null> {
    if (!(error instanceof EmbeddedError) || error.code !== 'DIRECTORY_IN_USE') return null
    return findEmbedded(this.#plan.dataDir)
  }

  #stopRestarting(cause: unknown): void {
    const error = new EmbeddedError(
      'RESTART_LIMIT',
      `The embedded ClickHouse over ${this.#plan.dataDir} died ${RESTART_LIMIT} times within a minute and is not started ` +
        `again. Look at the end of ${this.#plan.dataDir}/clickhouse/server.log.`,
      { cause },
    )
    const { onGiveUp } = this.#listeners
    if (onGiveUp === undefined) process.emitWarning(error)
    else this.#notify(() => onGiveUp(error))
  }

  async #pause(milliseconds: number): Promise<boolean> {
    return delay(milliseconds, true, { signal: this.#stopping.signal, ref: false }).catch(() => false)
  }

  /** Calls a listener. An error of a listener is logged, and does not affect the server. */
  #notify(call: () => void): void {
    try {
      call()
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

async function recordConnection(plan: LaunchPlan, pid: number): Promise<EmbeddedConnection> {
  const host = reachableHost(plan.host)
  const [pidStart, ownerPidStart] = await Promise.all([processStart(pid), processStart(process.pid)])
  if (pidStart === null || ownerPidStart === null) throw new Error('the server ended as soon as it answered')
  const record = {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${plan.httpPort}`,
    host: plan.host,
    httpPort: plan.httpPort,
    tcpPort: plan.tcpPort,
    database: 'runspan',
    user: 'runspan',
    password: plan.password,
    readerUser: 'runspan_reader',
    readerPassword: plan.readerPassword,
    dataDir: plan.dataDir,
    pid,
    pidStart,
    ownerPid: process.pid,
    ownerPidStart,
    directory: directoryIdentity(plan.dataDir),
  } as const
  writeRecord(record)
  return connectionOf(record, plan.dataDir)
}
