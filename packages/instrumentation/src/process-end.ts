import { isMainThread } from 'node:worker_threads'

/** Signals that end a process that does not listen to them. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/** A signal that the host handles itself is taken for the cause of an end this soon after it. */
const SIGNAL_SECONDS = 30

/** What ended the process; `@runspan/tracking` takes the first three. */
export interface ProcessEnding {
  readonly error?: unknown
  readonly reason: string
  readonly failed: boolean
  /** Null where a signal ends it. */
  readonly exitCode: number | null
  readonly signal: Signal | null
}

/** Every copy of the tracking package in the process leaves here what ends its runs. */
const KEY = Symbol.for('runspan.end-open-runs')
type Registry = { [KEY]?: ReadonlySet<(ending: ProcessEnding) => void> }

/** What is to be done when the process ends: `work` ends the runs; whatever they write is to be on disk when this returns. */
type AtEnd = (work: (ending: ProcessEnding) => void, ending: ProcessEnding) => void

const watchers: Set<AtEnd> = new Set()
let uncaught: { readonly error: unknown } | null = null
let signalled: { readonly signal: Signal; readonly at: number } | null = null
let listening = false

/**
 * Calls `atEnd` when the process, or this worker thread, ends with runs that may be open: by its own exit, an uncaught error or a signal.
 * Leaves the host's own handlers and the way it ends as they are. Returns what takes it off again.
 */
export function onProcessEnd(atEnd: AtEnd): () => void {
  watchers.add(atEnd)
  listen()
  return () => {
    watchers.delete(atEnd)
    if (watchers.size === 0) stopListening()
  }
}

function endRuns(ending: ProcessEnding): void {
  for (const endAll of (globalThis as Registry)[KEY] ?? []) endAll(ending)
}

function end(ending: ProcessEnding): void {
  const [first, ...rest] = watchers
  // each of them has its own spool: the runs are ended within all
  const within = (inner: readonly AtEnd[]): ((ending_: ProcessEnding) => void) => {
    const [next, ...others] = inner
    return next === undefined ? endRuns : (ending_) => next(within(others), ending_)
  }
  first?.(within(rest), ending)
}

function listen(): void {
  if (listening) return
  listening = true
  process.on('uncaughtExceptionMonitor', rememberError)
  process.on('exit', onExit)
  process.on('newListener', stayLast)
  if (isMainThread) for (const signal of SIGNALS) process.on(signal, onSignal)
}

function stopListening(): void {
  listening = false
  process.off('uncaughtExceptionMonitor', rememberError)
  process.off('exit', onExit)
  process.off('newListener', stayLast)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

/** The host's own listeners may end its runs properly: ours comes after them. */
function stayLast(event: string | symbol, listener: unknown): void {
  if (event !== 'exit' || listener === onExit) return
  queueMicrotask(() => {
    if (!listening || process.listeners('exit').at(-1) === onExit) return
    process.off('exit', onExit)
    process.on('exit', onExit)
  })
}

/** Node tells of an error, or an unhandled rejection, before anybody decides whether the process survives it. */
function rememberError(error: unknown): void {
  uncaught = { error }
}

function onExit(code: number): void {
  const signal =
    signalled !== null && performance.now() - signalled.at < SIGNAL_SECONDS * 1000 ? signalled.signal : null
  const how = code === 0 ? 'the process ended before the run did' : `the process ended with exit code ${code}`
  const same = { exitCode: code, signal }
  if (signal !== null) end({ reason: `${signal}: ${how}`, failed: false, ...same })
  else if (code !== 0 && uncaught !== null) end({ error: uncaught.error, reason: how, failed: true, ...same })
  else end({ reason: how, failed: code !== 0, ...same })
}

/**
 * Where nobody else listens, the process would have died of the signal: it does, once its runs are ended. Where the host listens, it decides;
 * what it leaves open is ended at its exit.
 */
function onSignal(signal: Signal): void {
  signalled = { signal, at: performance.now() }
  if (process.listenerCount(signal) - 1 > followers()) return
  end({ reason: signal, failed: false, exitCode: null, signal })
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}

/**
 * Listeners of the package signal-exit, of which each copy counts those of its kind: they end the process only if nobody else listens,
 * and so wait for us as we would wait for them.
 */
function followers(): number {
  const copies = [
    (process as { __signal_exit_emitter__?: { count?: unknown } }).__signal_exit_emitter__,
    (globalThis as Record<symbol, { count?: unknown } | undefined>)[Symbol.for('signal-exit emitter')],
  ]
  return copies.reduce((sum, copy) => sum + (typeof copy?.count === 'number' ? copy.count : 0), 0)
}
