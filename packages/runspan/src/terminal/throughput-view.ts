import type { Throughput, ThroughputBucket } from '@runspan/analytics'
import { isoMinute } from '@runspan/story'

import { count, duration } from './numbers.ts'
import { numbers, questionView } from './question-view.ts'
import type { Terminal } from './terminal.ts'

/** Returns what started and ended, and how many ran at once, over time. */
export function throughputView({ buckets, intervalSeconds, exact }: Throughput, terminal: Terminal): string[] {
  const wide = terminal.width >= 90
  const level = (mean: number, peak: number): string => `${count(mean)} / ${count(peak)}`
  return questionView<ThroughputBucket>(
    {
      heading: `Runs and attempts over time, a row is ${intervalSeconds === null ? 'a day' : duration(intervalSeconds)}`,
      // leave out empty buckets at the beginning
      rows: buckets.slice(
        Math.max(
          0,
          buckets.findIndex((bucket) => bucket.runsStarted + bucket.tasksStarted > 0),
        ),
      ),
      columns: [
        { title: 'FROM', text: ({ startTime }) => isoMinute(new Date(startTime)) },
        numbers('RUNS', ({ runsStarted }) => count(runsStarted)),
        numbers('ATTEMPTS', ({ tasksStarted }) => count(tasksStarted)),
        numbers('FAILED', ({ tasksFailed }) => (tasksFailed === 0 ? '' : count(tasksFailed))),
        numbers('TASKS AT ONCE', ({ runningTasks }) => level(runningTasks.mean, runningTasks.peak)),
        ...(wide
          ? [
              numbers<ThroughputBucket>('RUNS AT ONCE', ({ runningRuns }) => level(runningRuns.mean, runningRuns.peak)),
              numbers<ThroughputBucket>('QUEUED', ({ queuedTasks }) => level(queuedTasks.mean, queuedTasks.peak)),
            ]
          : []),
      ],
      empty: 'Nothing ran in this period.',
      note: `Runs and attempts that began; at once: mean / peak${exact ? '' : ', peaks of rounded times'}.`,
    },
    terminal,
  )
}
