import { type Context, context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'

import type { RunHandle } from './handles.ts'

/** Key of the active run in the OpenTelemetry context; the same for every copy of this package. */
const RUN_KEY: symbol = createContextKey('runspan.run.1')

/** Returns the run that is active in a context. */
export function runOf(from: Context): RunHandle | undefined {
  const run = from.getValue(RUN_KEY) as RunHandle | undefined
  return typeof run?.withTask === 'function' ? run : undefined
}

/** Returns a context with the run and its span active. */
export function contextOfRun(base: Context, run: RunHandle, span: Span): Context {
  return trace.setSpan(base.setValue(RUN_KEY, run), span)
}

/**
 * Returns the context to start a child of `span` in. An active context keeps its other values (baggage, values of other
 * libraries); without one, `own` is used.
 */
export function contextWithin(run: RunHandle, span: Span, own: Context): Context {
  const active = context.active()
  if (active === ROOT_CONTEXT || active === own) return own
  if (active.getValue(RUN_KEY) !== run) return contextOfRun(active, run, span)
  return trace.getSpan(active) === span ? active : trace.setSpan(active, span)
}

/** Returns whether contexts are propagated at all; without an SDK they are not, and no run is ever active. */
export function hasContextManager(): boolean {
  const probe = ROOT_CONTEXT.setValue(RUN_KEY, undefined)
  return context.with(probe, () => context.active() === probe)
}
