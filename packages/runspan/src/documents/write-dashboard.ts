import { join } from 'node:path'

import type { ClickHouse } from '@runspan/clickhouse'
import type { DashboardDocument } from '@runspan/report'

import { readDashboard } from './read-dashboard.ts'
import { readRunDocument } from './read-run-document.ts'
import { writeOutput } from './write-output.ts'
import { reportName, writeRunPictures } from './write-run-set.ts'

/** Runs whose documents lie beside the dashboard. */
const REPORTS = 5

/**
 * Writes a workflow's dashboard, documents on its latest runs, and the pictures of one of them (`runId`, else the latest). Returns the paths, the dashboard's
 * first. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RunspanError` `NOT_WRITTEN`.
 */
export async function writeDashboard(
  ask: <T>(question: (clickhouse: ClickHouse) => Promise<T>) => Promise<T>,
  {
    workflow,
    outputDir,
    since,
    runId,
  }: {
    readonly workflow: string
    readonly outputDir: string
    readonly since?: Date | undefined
    readonly runId?: string | undefined
  },
): Promise<string[]> {
  const { dashboardHtml, runReportHtml } = await import('@runspan/report')
  const data = await ask((clickhouse) => readDashboard(clickhouse, { workflow, since }))
  const latest = data.runs.slice(-REPORTS).map((run) => run.runId)
  const chosen = runId ?? latest.at(-1)
  const reports: Record<string, string> = {}
  const paths: string[] = []
  let pictured: Awaited<ReturnType<typeof readRunDocument>> | null = null
  for (const id of new Set([...latest, ...(chosen === undefined ? [] : [chosen])])) {
    const document = await ask((clickhouse) => readRunDocument(clickhouse, id))
    const name = reportName(document.run.runId)
    reports[document.run.runId] = name
    paths.push(await writeOutput(join(outputDir, name), runReportHtml(document)))
    if (id === chosen) pictured = document
  }
  const dashboard: DashboardDocument = { ...data, reports }
  const path = await writeOutput(join(outputDir, 'dashboard.html'), dashboardHtml(dashboard))
  return [path, ...paths, ...(pictured === null ? [] : await writeRunPictures(pictured, dashboard, outputDir))]
}
