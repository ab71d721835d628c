import type { Values } from '@runspan/configuration'
import type { RunSummary } from '@runspan/model'

/** Where else a run can be looked at; null where no address is configured. */
export interface RunLinks {
  readonly trace: string | null
  readonly dashboard: string | null
}

/** A dashboard's range begins and ends this much before and after the run, in milliseconds. */
const MARGIN_MS = 60_000

/** The configured addresses (`links.trace`, `links.dashboard`) with the run's values in them. */
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
