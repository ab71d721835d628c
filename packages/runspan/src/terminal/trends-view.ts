import type { ResourceTrend } from '@runspan/analytics'
import { fixed, shortId } from '@runspan/story'

import { bytes, duration } from './numbers.ts'
import { spark } from './spark.ts'
import type { Terminal } from './terminal.ts'
import { visible, wrap } from './text.ts'

const WORDS: Readonly<Record<ResourceTrend['source'], string>> = {
  tasks: 'from its tasks’ own measurements',
  both: 'from samples of its process and its tasks’ own measurements',
  'host metrics': 'from samples of its process',
  none: '',
}

/** Returns the use of a resource over the time of a run, as bars; without a measurement there is a gap. */
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
    trend.unit === 'cores' ? `${fixed(value, 2)} cores` : `${bytes(value)}${trend.unit === 'bytes/s' ? '/s' : ''}`
  const width = terminal.width - 4
  const per = Math.ceil(values.length / width)
  const measured = values.filter((value) => value !== null)
  const columns = Array.from({ length: Math.ceil(values.length / per) }, (_, i) => {
    const part = values.slice(i * per, (i + 1) * per).filter((value) => value !== null)
    return part.length === 0 ? null : Math.max(...part)
  })
  const gaps = measured.length < values.length ? '; where nothing was measured is a gap' : ''
  return [
    `${terminal.style('bold', `${metric} of ${visible(shortId(runId))}`)}`,
    ...wrap(
      `${WORDS[source]}, a step is ${duration(intervalSeconds * per)}${gaps}${shared ? '; tasks of other runs ran in the process, too' : ''}`,
      terminal.width,
    ).map((line) => terminal.style('dim', line)),
    '',
    `  ${spark(
      columns.map((value) => (value === null ? null : { value, style: 'green' as const })),
      terminal,
    )}`,
    `  ${terminal.style('dim', `peak ${text(Math.max(...measured))}, average ${text(measured.reduce((sum, value) => sum + value, 0) / measured.length)}`)}`,
  ]
}
