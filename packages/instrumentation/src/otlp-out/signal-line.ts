import type { Outcome } from './otlp-transport.ts'
import type { Signal } from './request-store.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** Statuses of a backend that does not know a signal's path. */
const NOT_THERE: ReadonlySet<number> = new Set([404, 405, 501])
/** Milliseconds between probes of a refused signal: the backend may have been reconfigured. */
const PROBE_MS = 60_000

/** Retry state of one signal at one backend: each signal waits and fails on its own. */
export class SignalLine {
  readonly signal: Signal
  /** Time on the monotonic clock. */
  private notBefore = 0
  private failures = 0
  private hasBeenTaken = false
  private isGivenUp = false

  constructor(signal: Signal) {
    this.signal = signal
  }

  /** Whether to send now, to keep the request, or to drop it because the backend does not accept this signal. */
  get next(): 'send' | 'wait' | 'drop' {
    if (performance.now() >= this.notBefore) return 'send'
    return this.isGivenUp ? 'drop' : 'wait'
  }

  markAccepted(): void {
    this.hasBeenTaken = true
    this.isGivenUp = false
    this.failures = 0
    this.notBefore = 0
  }

  /**
   * Records that the backend did not accept a request now. Returns true if the signal is given up: the backend accepts
   * another signal and does not know this one.
   */
  failed({ status }: Extract<Outcome, { kind: 'not now' }>, others: readonly SignalLine[]): boolean {
    this.failures++
    const isUnknown = status !== null && NOT_THERE.has(status) && !this.hasBeenTaken
    this.isGivenUp = isUnknown && others.some((line) => line !== this && line.hasBeenTaken)
    const pauseMs = this.isGivenUp ? PROBE_MS : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures)
    this.notBefore = performance.now() + pauseMs * (0.5 + Math.random() / 2)
    return this.isGivenUp
  }

  /** Records that the backend is unreachable: no signal is tried before the other one's pause is over. */
  waitFor(other: SignalLine): void {
    this.notBefore = Math.max(this.notBefore, other.notBefore)
  }

  /** Allows one last try at the end of the program, except for a signal that the backend does not accept. */
  hurry(): void {
    if (!this.isGivenUp) this.notBefore = 0
  }

  get isFirstFailure(): boolean {
    return this.failures === 1
  }
}
