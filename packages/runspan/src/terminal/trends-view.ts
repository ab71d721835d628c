import type { ResourceTrend } from '@runspan/analytics'

import { bytes, duration } from './numbers.ts'
import { shortId } from './short-id.ts'
import { spark } from './spark.ts'
import type { Terminal } from './terminal.ts'
import { visible, wrap } from './text.ts'

/** Use of a resource over the time of a run, as bars. */
export function trendsView(
  { runId, trend }: { readonly runId: string; readonly trend: ResourceTrend },
  terminal: Terminal,
): string[] {
  const { metric, values, source, intervalSeconds, shared } = trend
  if (values.length === 0) {
    return wrap(
      `No ${metric} was measured for ${visible(runId)}. Tasks are measured unless collectMetrics is false; foreign engines send none.`,
      terminal.width,
    )
  }
  const text = (value: number): string =>
    trend.unit === 'cores' ? `${value.toFixed(2)} cores` : `${bytes(value)}${trend.unit === 'bytes/s' ? '/s' : ''}`
  const width = terminal.width - 4
  const per = Math.ceil(values.length / width)
  const columns = Array.from({ length: Math.ceil(values.length / per) }, (_, i) =>
    Math.max(...values.slice(i * per, (i + 1) * per)),
  )
  const words = source === 'tasks' ? 'from its tasks’ own measurements' : 'from samples of its process'
  return [
    `${terminal.style('bold', `${metric} of ${visible(shortId(runId))}`)}`,
    ...wrap(
      `${words}, a step is ${duration(intervalSeconds * per)}${shared ? '; other work ran in the process, too' : ''}`,
      terminal.width,
    ).map((line) => terminal.style('dim', line)),
    '',
    `  ${spark(
      columns.map((value) => ({ value, style: 'green' as const })),
      terminal,
    )}`,
    `  ${terminal.style('dim', `peak ${text(Math.max(...values))}, average ${text(values.reduce((sum, value) => sum + value, 0) / values.length)}`)}`,
  ]
}
