import { applyRetention } from '@runspan/analytics'
import { spoolDirectory } from '@runspan/configuration'
import { startNotifying } from '@runspan/notify'
import { Spool, textOf } from '@runspan/spool'

import { alertsIn } from './alert-configuration.ts'
import { endAbandonedRuns } from './end-abandoned-runs.ts'
import { endSilentRuns } from './end-silent-runs.ts'
import type { OpenData } from './open-data.ts'

/** How often runs without a sign of life are looked for. */
const SILENCE_MS = 30_000
const DAY_MS = 86_400_000

/** Goes on until stopped. */
export interface Upkeep {
  stop(): Promise<void>
}

/**
 * What a server that is kept up does of itself: ends runs whose process has gone, keeps to the configured retention, evaluates alerts and
 * delivers webhooks. Trouble is said once, by `say`, and tried again. Throws `ConfigurationError` and `NotifyError` for a configuration that cannot be used.
 */
export function startUpkeep(data: OpenData, say: (text: string) => void): Upkeep {
  const alerts = alertsIn(data.configuration)
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
      if (removed !== null && removed.runs > 0) say(`runspan: ${removed.runs} runs were removed, as retention says.`)
    }),
  ]
  const notifying = startNotifying({
    ask: (question) => data.read(question),
    rules: alerts.rules,
    targets: alerts.targets,
    dataDir: data.dataDir,
  })
  return {
    async stop() {
      await Promise.all([...jobs.map((job) => job.stop()), notifying.stop()])
      spool.close()
    },
  }
}

/** Does something now and every so often, one at a time. */
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
