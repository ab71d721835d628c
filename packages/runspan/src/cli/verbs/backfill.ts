import { minute } from '@runspan/story'

import { count, percent } from '../../terminal/numbers.ts'
import { defineVerb, type Verb } from '../define-verb.ts'
import { DATA, flag, JSON_OPTION, parsed } from '../options.ts'
import { printJson, printLines, printNotice } from '../output.ts'
import { parseTime } from '../parse.ts'
import { withOpenSpool } from '../with-data.ts'

/** `runspan backfill`: builds run and task tables from spans that were there before. */
export const backfillVerb: Verb = defineVerb({
  name: 'backfill',
  summary: 'builds run and task tables from the spans of an existing otel_traces',
  examples: ['runspan backfill --clickhouse http://user:password@host:8123/otel --since 90d'],
  options: {
    ...JSON_OPTION,
    ...DATA,
    since: parsed('<time>', parseTime, 'not what is older, such as 90d (default: all)'),
    again: flag('begins anew instead of going on where the last one broke off'),
  },
  run: async (input) => {
    await withOpenSpool(input, async (data) => {
      const { backfill } = await import('@runspan/clickhouse')
      let told = -Infinity
      const made = await data.read((clickhouse) =>
        backfill(clickhouse, {
          since: input.since,
          again: input.again,
          onProgress({ share, spans, at }) {
            if (performance.now() - told < 1000 && share < 1) return
            told = performance.now()
            printNotice(`${percent(share)}, ${count(spans)} spans, at ${minute(at)}`)
          },
        }),
      )
      if (input.json) printJson(made)
      else printLines([`${count(made.runs)} runs and ${count(made.tasks)} tasks from ${count(made.spans)} spans.`])
    })
  },
})
