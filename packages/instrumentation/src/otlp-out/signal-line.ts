import type { Outcome } from './otlp-transport.ts'
import type { Signal } from './request-store.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** Answers of a backend that does not know a signal's path at all. */
const NOT_THERE: ReadonlySet<number> = new Set([404, 405, 501])
/** How often a signal that is not taken is tried again: the backend may have learnt it. */
const PROBE_MS = 60_000

/** How one signal fares at one backend: each waits, fails and is given up for itself. */
export class SignalLine {
  readonly signal: Signal
  /** On the monotonic clock. */
  private notBefore = 0
  private failures = 0
  private hasBeenTaken = false
  private isGivenUp = false

  constructor(signal: Signal) {
    this.signal = signal
  }

  /** Whether to send now, to leave a request where it is, or to drop it because the backend does not take this signal. */
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

  /** The backend answered that it does not take this now. True where the signal is given up: another one is taken there, and this one is unknown. */
  failed({ status }: Extract<Outcome, { kind: 'not now' }>, others: readonly SignalLine[]): boolean {
    this.failures++
    const isUnknown = status !== null && NOT_THERE.has(status) && !this.hasBeenTaken
    this.isGivenUp = isUnknown && others.some((line) => line !== this && line.hasBeenTaken)
    const pauseMs = this.isGivenUp ? PROBE_MS : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures)
    this.notBefore = performance.now() + pauseMs * (0.5 + Math.random() / 2)
    return this.isGivenUp
  }

  /** The backend is away: no signal is tried before this one's pause is over. */
  waitFor(other: SignalLine): void {
    this.notBefore = Math.max(this.notBefore, other.notBefore)
  }

  /** The program ends: what waits is tried once more, but for a signal that is not taken. */
  hurry(): void {
    if (!this.isGivenUp) this.notBefore = 0
  }

  get isFirstFailure(): boolean {
    return this.failures === 1
  }
}
