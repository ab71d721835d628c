import { basename } from 'node:path'

import { SpanStatusCode, type TracerProvider } from '@opentelemetry/api'
import { attributes as names } from '@runspan/model'

import type { ProcessEnding } from './process-end.ts'

/** Set by `runspan exec` for the programs it starts. */
const VARIABLE = 'RUNSPAN_EXEC'
/** Programs that only start others: the started program is the run. */
const STARTERS = /(^|[/\\])(npm|npx|pnpm|yarn|corepack)(-cli)?(\.c?js)?$/

/** Detects whether the program records its own runs. */
export class RunWatch {
  sawRun = false

  onStart(span: { readonly instrumentationScope: { readonly name: string } }): void {
    if (span.instrumentationScope.name === names.SCOPE_NAME) this.sawRun = true
  }

  onEnd(): void {
    // the start is enough
  }

  async forceFlush(): Promise<void> {
    // nothing is buffered
  }

  async shutdown(): Promise<void> {
    // nothing is buffered
  }
}

/**
 * Records a program started by `runspan exec` as one run, unless it recorded its own runs. So even a program that does not
 * use Runspan shows up, with its end and its uncaught error. Returns the function to call at the end; null for any other
 * program.
 */
export function recordProcessAsRun(
  tracerProvider: TracerProvider,
  watch: RunWatch,
  makeRunId: () => string,
): ((ending: ProcessEnding) => void) | null {
  const program = process.argv[1]
  if (process.env[VARIABLE] === undefined || program === undefined || STARTERS.test(program)) return null
  delete process.env[VARIABLE] // programs started by this one belong to its run
  return ({ error, reason, exitCode, signal }) => {
    if (watch.sawRun) return
    const status = signal !== null ? 'cancelled' : exitCode === 0 ? 'completed' : 'failed'
    const span = tracerProvider.getTracer(names.SCOPE_NAME).startSpan(basename(program), {
      root: true,
      startTime: performance.timeOrigin,
      attributes: {
        [names.WORKFLOW_NAME]: basename(program),
        [names.WORKFLOW_RUN_ID]: makeRunId(),
        [names.WORKFLOW_RUN_STATUS]: status,
        [names.WORKFLOW_RUN_TRIGGER]: 'exec',
        [names.WORKFLOW_RUN_METADATA]: JSON.stringify({ program, exitCode, ...(signal === null ? {} : { signal }) }),
        ...(status === 'cancelled' ? { [names.WORKFLOW_RUN_REASON]: reason } : {}),
      },
    })
    if (error instanceof Error) span.recordException(error)
    const message = error instanceof Error ? error.message : `exit code ${exitCode}`
    if (status !== 'cancelled') {
      span.setStatus(status === 'failed' ? { code: SpanStatusCode.ERROR, message } : { code: SpanStatusCode.OK })
    }
    span.end()
  }
}
