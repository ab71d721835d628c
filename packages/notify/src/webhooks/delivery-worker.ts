import type { LookupFunction } from 'node:net'
import { join } from 'node:path'

import { context } from '@opentelemetry/api'
import { SenderLock, log, textOf } from '@runspan/spool'

import { makePrivateDirectory } from '../private-files.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { DeliveryFile } from './delivery-folder.ts'
import { type DeliveryQueue, webhooksDirectory } from './delivery-queue.ts'
import { type Delivery, dueInMs } from './delivery.ts'
import { backoffSeconds, classifyAnswer } from './outcome.ts'
import { type Answer, Poster } from './post.ts'
import { signedHeaders } from './sign.ts'
import { shownUrl, type WebhookTarget } from './target.ts'
import { untracedContext } from './untraced-context.ts'

/** Milliseconds between polls for deliveries added, or a lock released, by other processes. */
const POLL_MS = 1000
/** Maximum files read in one turn of the event loop. */
const READS_A_TURN = 200

export interface WorkerOptions {
  /** Looks names up; the system's lookup by default. */
  readonly resolve?: LookupFunction | undefined
  /** Seconds of the circuit breaker's first pause. */
  readonly pauseSeconds?: number | undefined
}

/**
 * Delivers the queue of one target. Of all processes that share the data directory, the one that holds a lock delivers; the
 * lock is released when its process ends. Timers and connections do not keep the process alive.
 */
export class DeliveryWorker {
  private readonly target: WebhookTarget
  private readonly queue: DeliveryQueue
  private readonly lock: SenderLock
  private readonly poster: Poster
  private readonly breaker: CircuitBreaker
  private readonly underway = new Set<string>()
  /** When each delivery is due on the monotonic clock, for those that were read. */
  private readonly dueAt = new Map<string, number>()
  private poll: NodeJS.Timeout | undefined
  private timer: NodeJS.Timeout | undefined
  private turn: NodeJS.Immediate | undefined
  private stopped = false
  private gone = false
  private trouble = ''

  constructor(dataDir: string, target: WebhookTarget, queue: DeliveryQueue, options: WorkerOptions = {}) {
    const locks = join(webhooksDirectory(dataDir), 'locks', target.id)
    makePrivateDirectory(locks)
    this.target = target
    this.queue = queue
    this.lock = new SenderLock(locks)
    this.poster = new Poster(target, options.resolve)
    this.breaker = new CircuitBreaker(options.pauseSeconds)
  }

  /** Starts to deliver, until stopped. */
  start(): void {
    // deliveries do not belong to the run that is active here
    context.with(untracedContext(), () => {
      this.poll = setInterval(() => this.work(), POLL_MS)
      this.poll.unref()
      this.wake()
    })
  }

  /** Wakes the worker after a delivery was added. */
  wake(): void {
    if (this.stopped || this.turn !== undefined) return
    this.turn = setImmediate(() => {
      this.turn = undefined
      this.work()
    })
  }

  /**
   * True if no request runs and nothing can be sent now: all is delivered or waits for its time. If another worker delivers,
   * only deliveries added here count.
   */
  get isIdle(): boolean {
    if (this.underway.size > 0 || this.turn !== undefined) return false
    const now = performance.now()
    if (!this.lock.isHeld) return !this.queue.hasOwnDue()
    const canSend = this.breaker.allowed(this.target.concurrency, now) > 0
    return !canSend || this.queue.pending.list().every(({ name }) => (this.dueAt.get(name) ?? 0) > now)
  }

  /** Aborts running requests, which stay in the queue, and releases the lock for another process. */
  stop(): void {
    this.stopped = true
    clearInterval(this.poll)
    clearTimeout(this.timer)
    clearImmediate(this.turn)
    this.turn = undefined
    this.poster.close()
    this.guarded(() => this.lock.release())
  }

  private work(): void {
    if (!this.stopped) this.guarded(() => this.deliverDue())
  }

  /**
   * Keeps running if the disk is full or gone for a while: the error is logged once, and the step is retried next time.
   */
  private guarded(step: () => void): void {
    try {
      step()
      this.trouble = ''
    } catch (error) {
      const text = textOf(error)
      if (text !== this.trouble) log('warn', `webhooks to ${shownUrl(this.target.url)} wait: ${text}`)
      this.trouble = text
    }
  }

  private deliverDue(): void {
    const held = this.lock.isHeld
    if (!this.lock.tryAcquire()) return
    if (!held) this.queue.pending.sweep()
    const now = performance.now()
    let reads = 0
    let next = Infinity
    for (const file of this.queue.pending.list().slice()) {
      if (this.gone) {
        this.queue.bury(file, this.queue.pending.read(file), 'the receiver is gone')
        continue
      }
      if (this.underway.size >= this.breaker.allowed(this.target.concurrency, now)) {
        next = Math.min(next, this.breaker.resumesAt)
        break
      }
      if (this.underway.has(file.name)) continue
      const due = this.dueAt.get(file.name) ?? 0
      if (due > now) {
        next = Math.min(next, due)
        continue
      }
      if (++reads > READS_A_TURN) {
        this.wake()
        break
      }
      const delivery = this.queue.pending.read(file)
      const waitMs = delivery === null ? 0 : dueInMs(delivery)
      if (delivery === null)
        this.queue.pending.remove(file) // delivered by another process, or left empty by a crash of the machine
      else if (waitMs > 0) {
        this.dueAt.set(file.name, now + waitMs)
        next = Math.min(next, now + waitMs)
      } else void this.attempt(file, delivery)
    }
    this.sleepUntil(next, now)
  }

  /** Sets a timer for a delivery that is due before the next poll. */
  private sleepUntil(time: number, now: number): void {
    clearTimeout(this.timer)
    if (time <= now || time - now >= POLL_MS) return
    this.timer = setTimeout(() => this.work(), time - now)
    this.timer.unref()
  }

  private async attempt(file: DeliveryFile, delivery: Delivery): Promise<void> {
    const { id, body } = delivery
    this.underway.add(file.name)
    const answer = await this.poster.post(signedHeaders(id, new Date(), body, this.target.secrets), body)
    this.underway.delete(file.name)
    if (this.stopped) return
    this.guarded(() => this.settle(file, delivery, answer))
    this.wake()
  }

  private settle(file: DeliveryFile, delivery: Delivery, answer: Answer): void {
    const now = performance.now()
    const outcome = classifyAnswer(answer)
    const excerpt = answer.status === null ? null : answer.excerpt
    if (outcome.kind !== 'retry' && answer.status !== null) this.breaker.succeeded() // the target answered, even if it refused this delivery
    if (outcome.kind === 'delivered') return this.finish(file, () => this.queue.pending.remove(file))
    if (outcome.kind === 'dead') {
      if (outcome.gone && !this.gone) {
        this.gone = true
        log('warn', `${shownUrl(this.target.url)} answered 410 Gone: no webhooks are sent there any more`)
      }
      return this.finish(file, () => this.queue.bury(file, delivery, outcome.reason, excerpt))
    }
    this.breaker.failed(now)
    if (outcome.afterSeconds !== null) this.breaker.pauseUntil(now + outcome.afterSeconds * 1000)
    const attempts = delivery.attempts + 1
    if (attempts >= this.target.maxAttempts) {
      const reason = `${attempts} attempts, the last: ${outcome.reason}`
      return this.finish(file, () => this.queue.bury(file, { ...delivery, attempts }, reason, excerpt))
    }
    const pauseMs = 1000 * Math.max(outcome.afterSeconds ?? 0, backoffSeconds(attempts, this.target))
    this.dueAt.set(file.name, now + pauseMs)
    const nextAttemptAt = Math.ceil(Date.now() + pauseMs)
    this.queue.pending.write({ ...delivery, attempts, nextAttemptAt, pauseMs, reason: outcome.reason })
  }

  private finish(file: DeliveryFile, step: () => void): void {
    this.dueAt.delete(file.name)
    step()
  }
}
