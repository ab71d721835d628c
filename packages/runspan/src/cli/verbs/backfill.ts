import { minute } from '@runspan/story'
import { Option } from 'commander'

import { count, percent } from '../../terminal/numbers.ts'
import { printJson, printLines, printNotice } from '../output.ts'
import { type DataFlags, parseTime, type Verb, verb, withData } from '../verb.ts'
import { withOpenSpool } from '../with-data.ts'

interface Flags extends DataFlags {
  readonly since?: Date
  readonly again?: true
  readonly json?: true
}

/** `runspan backfill`: builds run and task tables from spans that were there before. */
export const backfillVerb: Verb = () =>
  withData(
    verb('backfill', 'builds run and task tables from the spans of an existing otel_traces', [
      'runspan backfill --clickhouse http://user:password@host:8123/otel --since 90d',
    ]),
  )
    .addOption(new Option('--since <time>', 'not what is older, such as 90d (default: all)').argParser(parseTime))
    .option('--again', 'begins anew instead of going on where the last one broke off')
    .action(async (flags: Flags) => {
      await withOpenSpool(flags, async (data) => {
        const { backfill } = await import('@runspan/clickhouse')
        let told = -Infinity
        const made = await data.read((clickhouse) =>
          backfill(clickhouse, {
            since: flags.since,
            again: flags.again,
            onProgress({ share, spans, at }) {
              if (performance.now() - told < 1000 && share < 1) return
              told = performance.now()
              printNotice(`${percent(share)}, ${count(spans)} spans, at ${minute(at)}`)
            },
          }),
        )
        if (flags.json) printJson(made)
        else printLines([`${count(made.runs)} runs and ${count(made.tasks)} tasks from ${count(made.spans)} spans.`])
      })
    })
