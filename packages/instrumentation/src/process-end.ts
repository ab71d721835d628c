import { isMainThread } from 'node:worker_threads'

/** Signals that end a process that has no listener for them. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/** Seconds after a signal, handled by the host, within which an end is attributed to it. */
const SIGNAL_SECONDS = 30

/** What ended the process; `@runspan/tracking` uses the first three fields. */
export interface ProcessEnding {
  readonly error?: unknown
  readonly reason: string
  readonly failed: boolean
  /** Exit code; null if a signal ends it. */
  readonly exitCode: number | null
  readonly signal: Signal | null
}

/** Key under which every copy of the tracking package registers the function that ends its runs. */
const KEY = Symbol.for('runspan.end-open-runs')
type Registry = { [KEY]?: ReadonlySet<(ending: ProcessEnding) => void> }

/** Called when the process ends: `work` ends the runs. Everything they write must be on disk when this returns. */
type AtEnd = (work: (ending: ProcessEnding) => void, ending: ProcessEnding) => void

const watchers: Set<AtEnd> = new Set()
let uncaught: { readonly error: unknown } | null = null
let signalled: { readonly signal: Signal; readonly at: number } | null = null
let listening = false

/**
 * Calls `atEnd` when the process, or this worker thread, ends with runs that may be open: by its own exit, an uncaught error
 * or a signal. Keeps the host's own handlers and the way the process ends. Returns a function that removes it.
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
  // each of them has its own spool: the runs are ended within all of them
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

/** Keeps our listener last: the host's own listeners may end its runs properly. */
function stayLast(event: string | symbol, listener: unknown): void {
  if (event !== 'exit' || listener === onExit) return
  queueMicrotask(() => {
    if (!listening || process.listeners('exit').at(-1) === onExit) return
    process.off('exit', onExit)
    process.on('exit', onExit)
  })
}

/** Node reports an error, or an unhandled rejection, before anyone decides whether the process survives it. */
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
 * Ends the runs, then lets the process die of the signal if nobody else listens, as it would have without us. If the host
 * listens, it decides; runs that it leaves open are ended at exit.
 */
function onSignal(signal: Signal): void {
  signalled = { signal, at: performance.now() }
  if (process.listenerCount(signal) - 1 > followers()) return
  end({ reason: signal, failed: false, exitCode: null, signal })
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}

/**
 * Returns the number of listeners of the package signal-exit. Each of its copies ends the process only if it counts no other
 * listeners, so those copies wait for us as we would wait for them.
 */
function followers(): number {
  const copies = [
    (process as { __signal_exit_emitter__?: { count?: unknown } }).__signal_exit_emitter__,
    (globalThis as Record<symbol, { count?: unknown } | undefined>)[Symbol.for('signal-exit emitter')],
  ]
  return copies.reduce((sum, copy) => sum + (typeof copy?.count === 'number' ? copy.count : 0), 0)
}
