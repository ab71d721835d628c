import { basename } from 'node:path'

import { SpanStatusCode, type TracerProvider } from '@opentelemetry/api'
import { attributes as names } from '@runspan/model'

/** Set by `runspan exec` for the programs below it. */
const VARIABLE = 'RUNSPAN_EXEC'
/** Programs that only start others: the run is what they start. */
const STARTERS = /(^|[/\\])(npm|npx|pnpm|yarn|corepack)(-cli)?(\.c?js)?$/

/** Notices whether the program records runs itself. */
export class RunWatch {
  sawRun = false

  onStart(span: { readonly instrumentationScope: { readonly name: string } }): void {
    if (span.instrumentationScope.name === names.SCOPE_NAME) this.sawRun = true
  }

  onEnd(): void {
    // the start told
  }

  async forceFlush(): Promise<void> {
    // nothing is kept
  }

  async shutdown(): Promise<void> {
    // nothing is kept
  }
}

/**
 * Records a program started by `runspan exec` as one run, from its start to its exit, unless it recorded runs of its own: so that even a program
 * that knows nothing of Runspan shows up, with its end and its uncaught error.
 */
export function recordProcessAsRun(tracerProvider: TracerProvider, watch: RunWatch, makeRunId: () => string): void {
  const program = process.argv[1]
  if (process.env[VARIABLE] === undefined || program === undefined || STARTERS.test(program)) return
  delete process.env[VARIABLE] // what this program starts is part of it
  let uncaught: Error | undefined
  process.on('uncaughtExceptionMonitor', (error) => {
    uncaught = error
  })
  // before the spool's own listener: after that nothing is written any more
  process.prependListener('exit', (code) => {
    if (watch.sawRun) return
    const failed = code !== 0
    const span = tracerProvider.getTracer(names.SCOPE_NAME).startSpan(basename(program), {
      root: true,
      startTime: performance.timeOrigin,
      attributes: {
        [names.WORKFLOW_NAME]: basename(program),
        [names.WORKFLOW_RUN_ID]: makeRunId(),
        [names.WORKFLOW_RUN_STATUS]: failed ? 'failed' : 'completed',
        [names.WORKFLOW_RUN_TRIGGER]: 'exec',
        [names.WORKFLOW_RUN_METADATA]: JSON.stringify({ program, exitCode: code }),
      },
    })
    if (uncaught !== undefined) span.recordException(uncaught)
    span.setStatus(
      failed
        ? { code: SpanStatusCode.ERROR, message: uncaught?.message ?? `exit code ${code}` }
        : { code: SpanStatusCode.OK },
    )
    span.end()
  })
}
