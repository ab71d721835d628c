import type { Values } from '@runspan/configuration'
import type { RunSummary } from '@runspan/model'

/** Links to other views of a run; null for those without a configured address. */
export interface RunLinks {
  readonly trace: string | null
  readonly dashboard: string | null
}

/** Milliseconds that a dashboard's range starts before and ends after the run. */
const MARGIN_MS = 60_000

/** Returns the configured addresses (`links.trace`, `links.dashboard`) with the run's values. */
export function linksOf(
  run: Pick<RunSummary, 'runId' | 'traceId' | 'workflow' | 'startTime' | 'durationSeconds'>,
  { traceUrl, dashboardUrl }: Pick<Values, 'traceUrl' | 'dashboardUrl'>,
): RunLinks {
  const start = Date.parse(run.startTime)
  const values: Readonly<Record<string, string>> = {
    traceId: run.traceId,
    runId: run.runId,
    workflow: run.workflow,
    from: String(start - MARGIN_MS),
    to: String(Math.ceil(start + run.durationSeconds * 1000) + MARGIN_MS),
  }
  const filled = (template: string | null): string | null =>
    template === null
      ? null
      : template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  return { trace: filled(traceUrl), dashboard: filled(dashboardUrl) }
}
