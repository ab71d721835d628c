import type { ClickHouse, TtlChange } from '@runspan/clickhouse'
import type { Configuration } from '@runspan/configuration'
import { InvalidArgumentError } from 'commander'

import { RunspanError } from '../../errors.ts'
import { defineVerb, type ValuesOf, type Verb } from '../define-verb.ts'
import { DATA, dataFrom, flag, JSON_OPTION, parsed, text } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { parseCount, parseSeconds } from '../parse.ts'
import { show } from '../show.ts'
import { withOpenData } from '../with-data.ts'

const DAY_SECONDS = 86_400
const MOST_DAYS = 36_500

/** Limits of a cleanup, in days. */
const LIMITS = {
  olderThan: parsed('<time>', parseDays, 'runs that ended longer ago, such as 90d'),
  maxRuns: parsed('<n>', parseCount(1_000_000_000), 'ended runs beyond the newest so many'),
  workflow: text('<name>', 'only runs of this workflow; all that ended without another limit'),
  run: text('<runId>', 'this run alone', { conflicts: ['olderThan', 'maxRuns', 'keepFailed', 'workflow', 'ttl'] }),
  keepFailed: flag('keep failed and lost runs, however old'),
  dryRun: flag('only say what would go'),
  ttl: parsed('<time>', parseTtl, 'let telemetry expire after whole days, such as 30d; none keeps it', {
    conflicts: ['dryRun'],
  }),
}

/** `runspan cleanup`: retention by hand. */
export const cleanupVerb: Verb = defineVerb({
  name: 'cleanup',
  summary: 'removes old runs, or says what would go',
  examples: [
    'runspan cleanup --older-than 90d --keep-failed --dry-run',
    'runspan cleanup --max-runs 10000',
    'runspan cleanup --run 01a20b4a-52f1 --dry-run',
    'runspan cleanup --workflow nightly-orders',
    'runspan cleanup --ttl 30d',
  ],
  options: { ...JSON_OPTION, ...DATA, ...LIMITS },
  run: async (input) => {
    const { configurationOf } = await import('@runspan/configuration')
    const configuration = configurationOf(dataFrom(input))
    const limits = limitsOf(input, configuration)
    await withOpenData({ ...input, configuration }, async ({ clickhouse }) => {
      const { cleanUp } = await import('@runspan/analytics')
      const days = input.ttl === 'none' ? null : input.ttl
      const ttl = days === undefined ? null : await setTtlTo(clickhouse, days)
      const { keepFailed: keepFailedRuns, dryRun } = input
      const removed = limits === null ? null : await cleanUp(clickhouse, { ...limits, keepFailedRuns, dryRun })
      if (input.json) {
        const none = { runs: 0, tasks: 0, bytes: 0 }
        return printJson({ ...(removed ?? none), ...(ttl === null ? {} : { ttl: { days, ...ttl } }) })
      }
      if (ttl !== null) sayTtl(days ?? null, ttl)
      if (removed === null) return
      const { cleanupView } = await import('../../terminal/cleanup-view.ts')
      show((screen) => cleanupView(removed, screen))
    })
  },
})

interface Limits {
  readonly olderThanDays?: number | undefined
  readonly maxRuns?: number | undefined
  readonly workflow?: string | undefined
  readonly runId?: string | undefined
}

/** Returns the limits from the command line, else from the configuration; null if only `--ttl` is given. */
function limitsOf(
  { olderThan, maxRuns, workflow, run, ttl }: ValuesOf<typeof LIMITS>,
  { values }: Configuration,
): Limits | null {
  if ([olderThan, maxRuns, workflow, run].some((limit) => limit !== undefined)) {
    return { olderThanDays: olderThan, maxRuns, workflow, runId: run }
  }
  if (ttl !== undefined) return null
  const { retentionDays, retentionMaxRuns } = values
  if (retentionDays === null && retentionMaxRuns === null) {
    throw new RunspanError(
      'WRONG_USE',
      'Say what is to go: --older-than 90d, --max-runs 10000, or both; --run or --workflow; or configure tracking.retention. Add --dry-run to look first.',
    )
  }
  return { olderThanDays: retentionDays ?? undefined, maxRuns: retentionMaxRuns ?? undefined }
}

async function setTtlTo(clickhouse: ClickHouse, days: number | null): Promise<TtlChange> {
  const { setTtl } = await import('@runspan/clickhouse')
  return setTtl(clickhouse, days)
}

function sayTtl(days: number | null, { changed, leftAlone }: TtlChange): void {
  const what = days === null ? 'Telemetry is kept' : `Telemetry expires after ${days} ${days === 1 ? 'day' : 'days'}`
  printNotice(`${what}: ${changed.length === 0 ? 'as before' : `changed ${changed.length} tables`}.`)
  if (leftAlone.length > 0) printNotice(`Left alone, as somebody else made them: ${leftAlone.join(', ')}.`)
}

function parseDays(given: string): number {
  // elsewhere 90 means 90 seconds, which would remove everything here
  if (/\d$/.test(given)) throw new InvalidArgumentError('Give a length of time with its unit, such as 90d.')
  const days = parseSeconds(given) / DAY_SECONDS
  if (days > MOST_DAYS) throw new InvalidArgumentError(`Give at most ${MOST_DAYS}d.`)
  return days
}

function parseTtl(given: string): number | 'none' {
  if (given === 'none') return given
  const days = parseDays(given)
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('Give whole days such as 30d, or none.')
  return days
}
