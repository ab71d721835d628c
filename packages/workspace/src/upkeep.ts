import { applyRetention } from '@runspan/analytics'
import { spoolDirectory } from '@runspan/configuration'
import { Spool, textOf } from '@runspan/spool'

import { endAbandonedRuns } from './end-abandoned-runs.ts'
import { endSilentRuns } from './end-silent-runs.ts'
import type { OpenData } from './open-data.ts'

/** Milliseconds between searches for runs without a heartbeat. */
const SILENCE_MS = 30_000
const DAY_MS = 86_400_000

/** Runs until stopped. */
export interface Upkeep {
  stop(): Promise<void>
}

/**
 * Starts the regular work of a running server: it ends runs whose process has gone, and applies the configured retention. A
 * failure is reported once, by `say`, and retried.
 */
export function startUpkeep(data: OpenData, say: (text: string) => void): Upkeep {
  const { retentionDays, retentionMaxRuns } = data.configuration.values
  const spool = new Spool({ directory: spoolDirectory(data.dataDir) })
  const jobs = [
    repeat('runs without a sign of life cannot be ended', SILENCE_MS, say, async () => {
      endAbandonedRuns(data.dataDir)
      await data.read((clickhouse) => endSilentRuns(clickhouse, spool))
    }),
    repeat('old data cannot be removed', DAY_MS, say, async () => {
      const { removed } = await data.read((clickhouse) =>
        applyRetention(clickhouse, { days: retentionDays, maxRuns: retentionMaxRuns }),
      )
      if (removed !== null && removed.runs > 0) say(`runspan: ${removed.runs} runs were removed by retention.`)
    }),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
      spool.close()
    },
  }
}

/** Repeats work now and at an interval, without overlap. */
function repeat(trouble: string, everyMs: number, say: (text: string) => void, work: () => Promise<void>): Upkeep {
  let said = ''
  const guarded = async (): Promise<void> => {
    try {
      await work()
      said = ''
    } catch (error) {
      const text = error instanceof Error ? error.message : textOf(error)
      if (text !== said) say(`runspan: ${trouble}: ${text}`)
      said = text
    }
  }
  let running = guarded()
  let isRunning = true
  void running.then(() => (isRunning = false))
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    running = guarded()
    void running.then(() => (isRunning = false))
  }, everyMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
