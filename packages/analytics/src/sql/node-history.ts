import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import type { NodeHistory } from '../replay/forecast.ts'
import { timeOf } from './time-of.ts'

/** Length of the history for "usual". */
export const HISTORY_SECONDS: number = 28 * 86_400
/** Approximate number of sampled runs. */
const SAMPLE_RUNS = 400

const WHERE = `workflow = {workflow:String} AND start >= ${timeOf('{before:Float64} - {history:Float64}')}
  AND start < ${timeOf('{before:Float64}')}`

const SIZE_SQL = `SELECT count() / greatest(1, uniq(node_id)) AS runs FROM workflow_tasks WHERE ${WHERE}`

/** Samples runs by a hash, which selects the same ones each time. */
const SQL = `
SELECT toString(node_id) AS nodeId, groupArray(1000)(total / 1e9) AS totals, groupArray(1000)(span / 1e9) AS spans
FROM (
  SELECT node_id, run_id, sum(duration_ns) AS total,
    toFloat64(max(toUnixTimestamp64Nano(start) + toInt64(duration_ns)) - min(toUnixTimestamp64Nano(start))) AS span
  FROM workflow_tasks FINAL
  WHERE ${WHERE} AND cityHash64(run_id) % {every:UInt32} = 0 AND run_id != {except:String}
    AND status IN ('completed', 'failed', 'cancelled', 'lost')
  GROUP BY node_id, run_id HAVING argMax(status, (attempt, start)) = 'completed'
)
GROUP BY nodeId
SETTINGS do_not_merge_across_partitions_select_final = 1`

const SIZE = defineQuery({ name: 'node-history/size', sql: SIZE_SQL, columns: (z) => ({ runs: z.number() }) })
const HISTORY = defineQuery({
  name: 'node-history',
  sql: SQL,
  columns: (z) => ({ nodeId: z.string(), totals: z.array(z.number()), spans: z.array(z.number()) }),
})

/** Returns histories by task, from the 28 days before a time, without the attempts of the run `except`. */
export async function nodeHistory(
  clickhouse: ClickHouse,
  question: { readonly workflow: string; readonly before: Date; readonly except: string },
): Promise<Map<string, NodeHistory>> {
  const parameters = {
    workflow: question.workflow,
    before: question.before.getTime() / 1000,
    history: HISTORY_SECONDS,
    except: question.except,
  }
  const [size] = await clickhouse.ask(SIZE, parameters)
  const every = Math.max(1, Math.round((size?.runs ?? 0) / SAMPLE_RUNS))
  const rows = await clickhouse.ask(HISTORY, { ...parameters, every })
  return new Map(rows.map(({ nodeId, totals, spans }) => [nodeId, { totals, spans }]))
}
