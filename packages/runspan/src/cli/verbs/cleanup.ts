import type { CleanedUp } from '@runspan/analytics'
import type { ClickHouse, TtlChange } from '@runspan/clickhouse'
import type { Configuration } from '@runspan/configuration'
import { InvalidArgumentError, Option } from 'commander'

import { RunspanError } from '../../errors.ts'
import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, dataFrom, parseCount, parseSeconds, type Verb, verb, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

const DAY_SECONDS = 86_400
const MOST_DAYS = 36_500

interface Flags extends DataFlags {
  /** Days. */
  readonly olderThan?: number
  readonly workflow?: string
  readonly run?: string
  readonly keepFailed?: true
  readonly maxRuns?: number
  readonly dryRun?: true
  /** Days. */
  readonly ttl?: number | 'none'
  readonly json?: true
}

/** `runspan cleanup`: retention by hand. */
export const cleanupVerb: Verb = () =>
  withData(
    verb('cleanup', 'removes old runs, or says what would go', [
      'runspan cleanup --older-than 90d --keep-failed --dry-run',
      'runspan cleanup --max-runs 10000',
      'runspan cleanup --run 01a20b4a-52f1 --dry-run',
      'runspan cleanup --workflow nightly-orders',
      'runspan cleanup --ttl 30d',
    ]),
  )
    .addOption(new Option('--older-than <time>', 'runs that ended longer ago, such as 90d').argParser(parseDays))
    .addOption(
      new Option('--max-runs <n>', 'ended runs beyond the newest so many').argParser(parseCount(1_000_000_000)),
    )
    .option('--workflow <name>', 'only runs of this workflow; all that ended without another limit')
    .addOption(
      new Option('--run <runId>', 'this run alone').conflicts([
        'olderThan',
        'maxRuns',
        'keepFailed',
        'workflow',
        'ttl',
      ]),
    )
    .option('--keep-failed', 'keep failed and lost runs, however old')
    .option('--dry-run', 'only say what would go')
    .addOption(
      new Option('--ttl <time>', 'let telemetry expire after whole days, such as 30d; none keeps it')
        .argParser(parseTtl)
        .conflicts('dryRun'),
    )
    .action(async (flags: Flags) => {
      const { configurationOf } = await import('@runspan/configuration')
      const configuration = configurationOf(dataFrom(flags))
      const limits = limitsOf(flags, configuration)
      await withOpenData({ ...flags, configuration }, async ({ clickhouse }) => {
        const days = flags.ttl === 'none' ? null : flags.ttl
        const ttl = days === undefined ? null : await setTtlTo(clickhouse, days)
        const removed = limits === null ? null : await removeBeyond(clickhouse, flags, limits)
        if (flags.json) {
          const none = { runs: 0, tasks: 0, bytes: 0 }
          return printJson({ ...(removed ?? none), ...(ttl === null ? {} : { ttl: { days, ...ttl } }) })
        }
        if (ttl !== null) sayTtl(days ?? null, ttl)
        if (removed === null) return
        const { cleanupView } = await import('../../terminal/cleanup-view.ts')
        show((screen) => cleanupView(removed, screen))
      })
    })

interface Limits {
  readonly olderThanDays?: number | undefined
  readonly maxRuns?: number | undefined
  readonly workflow?: string | undefined
  readonly runId?: string | undefined
}

/** What was asked for, else what is configured; null where only the time to live is set. */
function limitsOf(flags: Flags, { values }: Configuration): Limits | null {
  const { olderThan, maxRuns, workflow, run } = flags
  if ([olderThan, maxRuns, workflow, run].some((limit) => limit !== undefined)) {
    return { olderThanDays: olderThan, maxRuns, workflow, runId: run }
  }
  if (flags.ttl !== undefined) return null
  const { retentionDays, retentionMaxRuns } = values
  if (retentionDays === null && retentionMaxRuns === null) {
    throw new RunspanError(
      'WRONG_USE',
      'Say what is to go: --older-than 90d, --max-runs 10000, or both; --run or --workflow; or configure tracking.retention. Add --dry-run to look first.',
    )
  }
  return { olderThanDays: retentionDays ?? undefined, maxRuns: retentionMaxRuns ?? undefined }
}

async function removeBeyond(clickhouse: ClickHouse, flags: Flags, limits: Limits): Promise<CleanedUp> {
  const { cleanUp } = await import('@runspan/analytics')
  return cleanUp(clickhouse, { ...limits, keepFailedRuns: flags.keepFailed, dryRun: flags.dryRun })
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

function parseDays(text: string): number {
  // 90 is 90 seconds elsewhere; here that would take everything
  if (/\d$/.test(text)) throw new InvalidArgumentError('Give a length of time with its unit, such as 90d.')
  const days = parseSeconds(text) / DAY_SECONDS
  if (days > MOST_DAYS) throw new InvalidArgumentError(`Give at most ${MOST_DAYS}d.`)
  return days
}

function parseTtl(text: string): number | 'none' {
  if (text === 'none') return text
  const days = parseDays(text)
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('Give whole days such as 30d, or none.')
  return days
}
