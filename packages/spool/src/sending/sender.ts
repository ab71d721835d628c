import { existsSync } from 'node:fs'

import { SpoolError, toSpoolError } from '../errors.ts'
import { log, textOf } from '../log.ts'
import { Losses } from '../losses.ts'
import { SegmentStore } from '../segments/segment-store.ts'
import type { TelemetryTable } from '../tables/index.ts'
import { Asides } from './asides.ts'
import { Delivery } from './delivery.ts'
import { Planner } from './planner.ts'
import type { SegmentTarget } from './segment-target.ts'
import { SenderLock } from './sender-lock.ts'

export interface SenderOptions {
  readonly directory: string
  readonly target: SegmentTarget
  /** Age in seconds from which refused segments are dropped and counted. Default 7 days. */
  readonly maxAgeSeconds?: number
  /** Maximum seconds between attempts. Default 30. */
  readonly maxPauseSeconds?: number
}

/** Result of a pass over the directory. */
export interface Sent {
  readonly rows: number
  readonly inserts: number
  /** True if nothing is left that this sender could send now. */
  readonly done: boolean
  /** Why data stays behind; the first reason if there are several. */
  readonly error: SpoolError | null
}

const TICK_MS = 1000
const DEFAULT_MAX_AGE_SECONDS = 7 * 24 * 3600
const DEFAULT_MAX_PAUSE_SECONDS = 30

/**
 * Sends segments to their target. Only one sender is active in a directory, whichever process it is in. Segments are joined
 * into large inserts, deduplicated by token, and deleted when acknowledged. Rows that a server refuses permanently are set
 * aside under `refused/`.
 *
 * @example
 * const sender = new Sender({ directory, target: clickHouseTarget(clickhouse) })
 * sender.start()
 * await sender.send()
 * await sender.stop()
 */
export class Sender {
  private readonly directory: string
  private readonly target: SegmentTarget
  private readonly maxAgeMs: number
  private readonly maxPauseMs: number
  private readonly lock: SenderLock
  private readonly losses: Losses
  private readonly planner: Planner
  private readonly delivery: Delivery
  private timer: NodeJS.Timeout | undefined
  private running: Promise<Sent> | undefined
  private prepared = false
  private pauseMs = 0
  private stopped = false
  /** Why data stayed behind in the last pass, if it did. */
  lastError: SpoolError | null = null

  constructor(options: SenderOptions) {
    this.directory = options.directory
    this.target = options.target
    this.maxAgeMs = (options.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS) * 1000
    this.maxPauseMs = (options.maxPauseSeconds ?? DEFAULT_MAX_PAUSE_SECONDS) * 1000
    this.lock = new SenderLock(this.directory)
    this.losses = new Losses(this.directory)
    const asides = new Asides(this.directory)
    const store = new SegmentStore(this.directory, asides, this.losses)
    this.delivery = new Delivery(this.directory, this.target, store, asides, this.losses)
    this.planner = new Planner(this.directory, store, asides, this.losses)
  }

  /** Starts to send in the background; does not keep the process alive. */
  start(): void {
    this.schedule(TICK_MS)
  }

  /** Sends what can be sent now, without waiting for pauses. Never throws. */
  async send(): Promise<Sent> {
    // a running pass may have read the directory before the caller's segments arrived
    if (this.running !== undefined) await this.running
    this.running ??= this.pass().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Stops after the current insert, and lets another process send. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.running
    this.release()
  }

  private schedule(afterMs: number): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      void this.send().then(({ error }) => {
        this.pauseMs = error === null ? 0 : Math.min(this.maxPauseMs, Math.max(500, this.pauseMs * 2))
        // jitter, so that many processes do not retry at the same time
        this.schedule(TICK_MS + this.pauseMs * (0.5 + Math.random() / 2))
      })
    }, afterMs)
    this.timer.unref()
  }

  private async pass(): Promise<Sent> {
    const { delivery } = this
    delivery.rows = 0
    delivery.inserts = 0
    /** Tables that the server does not accept now; the others go on. */
    const waiting = new Map<TelemetryTable, SpoolError>()
    let error: SpoolError | null = null
    let done = false
    try {
      done = await this.sendAll(waiting)
    } catch (problem) {
      error = this.inWords(problem)
    }
    error = waiting.values().next().value ?? error
    try {
      if (error !== null && this.lock.isHeld) {
        const isOfAll = error.serverCode === null
        this.planner.expire(this.maxAgeMs, (table) => isOfAll || waiting.has(table), delivery)
      }
    } catch (problem) {
      error ??= this.inWords(problem)
    }
    this.planner.forget()
    this.remember(error)
    this.losses.write()
    // a process that cannot reach the server lets another one try
    const isAway = error !== null && error.serverCode === null
    if (this.stopped || this.timer === undefined || isAway) this.release()
    return { rows: delivery.rows, inserts: delivery.inserts, done: done && error === null, error }
  }

  /** Returns false if it had to stop early. Throws errors that concern all tables. */
  private async sendAll(waiting: Map<TelemetryTable, SpoolError>): Promise<boolean> {
    if (!existsSync(this.directory)) return true // nothing was ever recorded here
    const mayGoOn = (): boolean => !this.stopped && this.lock.tryAcquire()
    while (mayGoOn()) {
      const next = this.planner.next((table) => waiting.has(table))
      if (next === undefined) {
        const { problem } = this.planner
        if (problem !== undefined) throw problem
        return true
      }
      if (!this.prepared) await this.prepare()
      try {
        await this.delivery.finish(next, mayGoOn)
      } catch (problem) {
        const failure = this.inWords(problem)
        if (failure.serverCode === null && failure.code !== 'SPOOL_FAILED') throw failure
        waiting.set(next.join.table, failure)
      } finally {
        this.planner.forget()
      }
    }
    return false
  }

  private async prepare(): Promise<void> {
    try {
      await this.target.prepare()
    } catch (problem) {
      const failure = this.inWords(problem)
      if (failure.serverCode === null) throw failure
      // this user may be allowed to insert but not to create: the inserts will show
      log('warn', `the tables could not be prepared: ${failure.message}`)
    }
    this.prepared = true
  }

  private remember(error: SpoolError | null): void {
    const before = this.lastError
    this.lastError = error
    if (error === null) return
    if (error.code === 'SCHEMA_MISSING') this.prepared = false
    // compare codes, because texts contain numbers that change with every attempt
    if (before?.code !== error.code || before.serverCode !== error.serverCode) {
      log('warn', `telemetry waits on disk: ${error.message}`)
    }
  }

  private inWords(problem: unknown): SpoolError {
    if ((problem as NodeJS.ErrnoException | null)?.syscall === undefined) return toSpoolError(problem)
    const text = `The spool ${this.directory} cannot be read or written (${textOf(problem)}). Check its owner and the disk.`
    return new SpoolError('SPOOL_FAILED', text, { cause: problem })
  }

  private release(): void {
    try {
      this.lock.release()
    } catch (error) {
      log('debug', `the sender's lock could not be released: ${textOf(error)}`)
    }
  }
}
