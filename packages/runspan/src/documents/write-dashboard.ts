import { join } from 'node:path'

import type { ClickHouse } from '@runspan/clickhouse'
import type { DashboardDocument } from '@runspan/report'
import { readDashboard, readRunDocument } from '@runspan/workspace'

import { writeOutput } from './write-output.ts'
import { reportName, writeRunPictures } from './write-run-set.ts'

/**
 * Writes a workflow's dashboard, documents of its latest and its failed runs, and the pictures of one of them (`runId`, else
 * the latest). Returns the paths, the dashboard's first. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RunspanError`
 * `NOT_WRITTEN`.
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
  const { dashboardHtml, openedRuns, runReportHtml } = await import('@runspan/report')
  const data = await ask((clickhouse) => readDashboard(clickhouse, { workflow, since }))
  const opened = openedRuns(data)
  const chosen = runId ?? data.runs.at(-1)?.runId
  const reports: Record<string, string> = {}
  const paths: string[] = []
  let pictured: Awaited<ReturnType<typeof readRunDocument>> | null = null
  for (const id of new Set([...opened, ...(chosen === undefined ? [] : [chosen])])) {
    const document = await ask((clickhouse) => readRunDocument(clickhouse, id)).catch((error: unknown) => {
      // retention may have deleted a run that a failure cluster names; the run that was asked for must exist
      if (id !== chosen && (error as { code?: unknown }).code === 'RUN_NOT_FOUND') return null
      throw error
    })
    if (document === null) continue
    const name = reportName(document.run.runId)
    reports[document.run.runId] = name
    paths.push(await writeOutput(join(outputDir, name), runReportHtml(document)))
    if (id === chosen) pictured = document
  }
  const dashboard: DashboardDocument = { ...data, reports }
  const path = await writeOutput(join(outputDir, 'dashboard.html'), dashboardHtml(dashboard))
  return [path, ...paths, ...(pictured === null ? [] : await writeRunPictures(pictured, dashboard, outputDir))]
}
