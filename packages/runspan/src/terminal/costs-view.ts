import type { Cost, RunCost } from '@runspan/analytics'
import { fixed } from '@runspan/story'

import { count, duration } from './numbers.ts'
import { named, numbers, questionView } from './question-view.ts'
import type { Column } from './table.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

const NOTE =
  '~: divided among the tasks that ran at once. GB·s: gigabytes of memory times seconds, an upper bound. Wasted: CPU time of attempts that did not complete. Cost only with --cpu-price and --memory-price.'

/** Returns what work used and cost, by workflow, task or day. */
export function costsView(rows: readonly Cost[], terminal: Terminal): string[] {
  const first = rows[0]
  return questionView<Cost>(
    {
      heading: 'What work used and cost',
      rows,
      columns: [
        ...(first?.day == null ? [] : [{ title: 'DAY', text: (row: Cost) => row.day ?? '' }]),
        named('WORKFLOW', ({ workflow }) => visible(workflow)),
        ...(first?.nodeId == null ? [] : [named<Cost>('TASK', ({ nodeId }) => visible(nodeId ?? ''))]),
        numbers('ATTEMPTS', ({ attempts }) => count(attempts)),
        numbers('CPU', ({ cpuSeconds, estimated }) => `${estimated ? '~' : ''}${duration(cpuSeconds)}`),
        numbers('WASTED', ({ wastedCpuSeconds }) => duration(wastedCpuSeconds)),
        numbers('GB·s', ({ gigabyteSeconds }) => count(gigabyteSeconds)),
        ...price<Cost>(first?.cost ?? null),
      ],
      empty: 'Nothing was measured in this period.',
      note: NOTE,
    },
    terminal,
  )
}

/** Returns what one run used and cost, task by task. */
export function runCostView(cost: RunCost, terminal: Terminal): string[] {
  type Row = RunCost['tasks'][number]
  return questionView<Row>(
    {
      heading: `What run ${visible(cost.runId)} of ${visible(cost.workflow)} used: ${duration(cost.cpuSeconds)} of CPU, ${count(cost.gigabyteSeconds)} GB·s${cost.cost === null ? '' : `, cost ${count(cost.cost)}`}`,
      rows: cost.tasks,
      columns: [
        named('TASK', ({ nodeId }) => visible(nodeId)),
        numbers('ATTEMPTS', ({ attempts }) => count(attempts)),
        numbers('CPU', ({ cpuSeconds }) => duration(cpuSeconds)),
        numbers('GB·s', ({ gigabyteSeconds }) => count(gigabyteSeconds)),
        ...price<Row>(cost.cost),
      ],
      empty: 'Nothing was measured in this run.',
      note: NOTE,
    },
    terminal,
  )
}

function price<Row extends { readonly cost: number | null }>(known: number | null): Column<Row>[] {
  return known === null ? [] : [numbers<Row>('COST', ({ cost }) => (cost === null ? '' : fixed(cost, 4)))]
}
