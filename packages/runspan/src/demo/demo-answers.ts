import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import {
  nodePerformance,
  type NodePerformance,
  runs,
  runStats,
  type RunStats,
  spanCount,
  usualDurations,
  type UsualDurations,
} from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

import type { TaskManager } from '../task-manager.ts'
import { WORKFLOW_NAME } from './pipeline.ts'
import type { DemoRun } from './run-demo.ts'

/** Everything shown at the end of the demo, read from the tables. */
export interface DemoAnswers {
  readonly workflow: string
  readonly seconds: number
  readonly spans: number
  /** This demo's runs in the order in which they ran, each with a note. */
  readonly runs: readonly { readonly run: RunSummary; readonly note: string; readonly usual: UsualDurations | null }[]
  /** Statistics over the whole history. */
  readonly stats: RunStats
  readonly nodes: readonly NodePerformance[]
  readonly dataDir: string
  readonly dataBytes: number
}

export async function demoAnswers(
  taskManager: TaskManager,
  recorded: readonly DemoRun[],
  seconds: number,
  dataDir: string,
): Promise<DemoAnswers> {
  return taskManager.ask(async (clickhouse) => {
    const page = await runs(clickhouse, { workflow: WORKFLOW_NAME, limit: Math.max(50, recorded.length) })
    const byId = new Map(page.runs.map((run) => [run.runId, run]))
    const found = recorded.flatMap(({ runId, scenario }) => {
      const run = byId.get(runId)
      return run === undefined ? [] : [{ run, note: scenario.note }]
    })
    const [stats, nodes, usual, spans] = await Promise.all([
      runStats(clickhouse, { workflow: WORKFLOW_NAME }),
      nodePerformance(clickhouse, { workflow: WORKFLOW_NAME }),
      usualDurations(
        clickhouse,
        found.map(({ run }) => run),
      ),
      spanCount(
        clickhouse,
        recorded.flatMap(({ runId }) => byId.get(runId)?.traceId ?? []),
      ),
    ])
    return {
      workflow: WORKFLOW_NAME,
      seconds,
      spans,
      runs: found.map((one, i) => ({ ...one, usual: usual[i] ?? null })),
      stats,
      nodes,
      dataDir,
      dataBytes: await directoryBytes(dataDir),
    }
  })
}

async function directoryBytes(directory: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        (found) => found.size,
        () => 0,
      ) // merges remove files meanwhile
  }
  return bytes
}
