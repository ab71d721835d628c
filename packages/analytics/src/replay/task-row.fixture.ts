import { NO_METRICS, type TaskRow } from '@runspan/model'

/** An attempt that began so many seconds after midnight and took so long. */
export function taskRow(nodeId: string, start: number, seconds: number | null, more: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId: `${nodeId}/${more.attempt ?? 1}`,
    runId: 'run',
    nodeId,
    attempt: 1,
    status: 'completed',
    startTime: new Date(Date.UTC(2026, 10, 20) + start * 1000).toISOString(),
    endTime: seconds === null ? null : new Date(Date.UTC(2026, 10, 20) + (start + seconds) * 1000).toISOString(),
    durationSeconds: seconds,
    queueSeconds: 0,
    dependencies: [],
    error: null,
    reason: null,
    progress: null,
    metrics: NO_METRICS,
    ...more,
  }
}

/** Seconds after that midnight. */
export const sinceMidnight = (iso: string): number => (Date.parse(iso) - Date.UTC(2026, 10, 20)) / 1000
