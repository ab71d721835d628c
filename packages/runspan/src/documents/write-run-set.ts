import { join } from 'node:path'

import type { DashboardDocument, Picture, RunDocument } from '@runspan/report'

import { writeOutput } from './write-output.ts'

/**
 * Writes a run's pictures as SVG and PNG into a folder, except those without measurements. Returns the paths.
 * Throws `RunspanError` `NOT_WRITTEN`.
 */
export async function writeRunPictures(
  document: RunDocument,
  dashboard: DashboardDocument,
  folder: string,
): Promise<string[]> {
  const report = await import('@runspan/report')
  const pictures: readonly (readonly [string, Picture | null])[] = [
    ['timeline', report.timelinePicture(document)],
    ['cpu', report.resourcePicture(document, 'cpu')],
    ['memory', report.resourcePicture(document, 'memory')],
    ['io', report.ioPicture(document)],
    ['heatmap', report.heatmapPicture(dashboard)],
  ]
  const paths: string[] = []
  for (const [name, picture] of pictures) {
    if (picture === null) continue
    paths.push(
      await writeOutput(join(folder, `${name}.svg`), report.pictureSvg(picture)),
      await writeOutput(join(folder, `${name}.png`), report.picturePng(picture)),
    )
  }
  return paths
}

/** Returns a name for a run's document that is valid on every file system. */
export function reportName(runId: string): string {
  return `run-${runId.replaceAll(/[^\w.-]+/g, '-').slice(0, 80)}.html`
}
