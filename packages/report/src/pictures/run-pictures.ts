import { baseName, type DashboardDocument, type RunDocument } from '@runspan/analytics'
import type { TaskRow } from '@runspan/model'
import { counted, runStory, shortId, shortName, runHeadline, plain } from '@runspan/story'

import { executionTimeline, executionTimelineHeight } from '../charts/execution-timeline.ts'
import { type IoBar, ioBars, ioBarsHeight } from '../charts/io-bars.ts'
import { peakOf, resourceLines, shownValue } from '../charts/resource-lines.ts'
import { heatmapHeight, taskHeatmap } from '../charts/task-heatmap.ts'
import { heatmapData } from '../dashboard/heatmap-data.ts'
import { timelineRows } from '../timeline/rows.ts'
import { axisOf } from '../timeline/timeline-html.ts'
import type { Picture } from './picture.ts'

const WIDTH = 1120
const MOST_BARS = 20

/** Returns the run's tasks on a time axis; null without tasks. */
export function timelinePicture(document: RunDocument): Picture | null {
  const story = runStory(document)
  if (story.chains.length === 0) return null
  const rows = timelineRows(story.chains, axisOf(story))
  return {
    title: plain(runHeadline(story)),
    note: `run ${shortName(shortId(document.run.runId), 32)}, ${counted(story.chains.length, 'task')}; the thick line is the critical path`,
    size: { width: WIDTH, height: executionTimelineHeight(rows.length) },
    option: (theme) => executionTimeline(story, rows, theme),
  }
}

/** Returns one resource over the time of the run; null if nothing was measured. */
export function resourcePicture(document: RunDocument, metric: 'cpu' | 'memory'): Picture | null {
  const trend = document.trends.find((candidate) => candidate.metric === metric)
  if (trend === undefined || trend.values.length === 0) return null
  const seconds = axisOf(runStory(document)) * 1.012
  const peak = peakOf(trend)
  return {
    title: metric === 'cpu' ? 'CPU' : 'Memory',
    note: `${document.run.workflow}, run ${shortName(shortId(document.run.runId), 32)}; peak ${shownValue(trend, peak)}${metric === 'cpu' ? ' cores' : ''}`,
    size: { width: WIDTH, height: 240 },
    option: (theme) => {
      const option = resourceLines(trend, { start: new Date(document.run.startTime), seconds, narrow: false }, theme)
      const xAxis = option['xAxis'] as { readonly axisLabel: object }
      return {
        ...option,
        grid: { ...(option['grid'] as object), bottom: 28 },
        xAxis: { ...xAxis, axisLabel: { ...xAxis.axisLabel, show: true } },
      }
    },
  }
}

/** Returns bytes read and written by task, the largest first; null if nothing was measured. */
export function ioPicture({ run }: RunDocument): Picture | null {
  const bars = ioBy(run.taskList).slice(0, MOST_BARS)
  if (bars.length === 0) return null
  return {
    title: 'Reading and writing',
    note: `${run.workflow}, run ${shortName(shortId(run.runId), 32)}; bytes through system calls, page cache and sockets included`,
    size: { width: WIDTH, height: ioBarsHeight(bars.length) },
    option: (theme) => ioBars(bars, theme),
  }
}

/**
 * Returns the bytes of tasks: a process's counters belong to all tasks that ran in it at the same time, so each gets its
 * part.
 */
function ioBy(tasks: readonly TaskRow[]): IoBar[] {
  const bars = new Map<string, { name: string; readBytes: number; writeBytes: number }>()
  for (const { nodeId, metrics } of tasks) {
    if (metrics.diskReadBytes === null && metrics.diskWriteBytes === null) continue
    const name = baseName(nodeId)
    const bar = bars.get(name) ?? { name, readBytes: 0, writeBytes: 0 }
    const parts = Math.max(1, metrics.concurrency ?? 1)
    bar.readBytes += (metrics.diskReadBytes ?? 0) / parts
    bar.writeBytes += (metrics.diskWriteBytes ?? 0) / parts
    bars.set(name, bar)
  }
  return [...bars.values()]
    .filter(({ readBytes, writeBytes }) => readBytes + writeBytes > 0)
    .toSorted((a, b) => b.readBytes + b.writeBytes - a.readBytes - a.writeBytes)
}

/** Returns tasks by run over the latest runs of a workflow; null without tasks. */
export function heatmapPicture(document: DashboardDocument): Picture | null {
  const map = heatmapData(document)
  if (map.rows.length === 0 || map.columns.length === 0) return null
  return {
    title: `${document.workflow}: tasks by run`,
    note: 'each task against its own median: blue is faster, yellow slower; × failed, ● retried, – skipped',
    size: { width: WIDTH, height: heatmapHeight(map.rows.length) },
    option: (theme) => taskHeatmap(map, { narrow: false }, theme),
  }
}
