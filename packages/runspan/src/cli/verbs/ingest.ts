import { stat } from 'node:fs/promises'

import { visible } from '@runspan/model'
import { compactPercent } from '@runspan/story'

import { defineVerb, type Verb } from '../define-verb.ts'
import { DATA, JSON_OPTION, severalArguments } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { withOpenSpool } from '../with-data.ts'

/** `runspan ingest <file...>`: OTLP files in. */
export const ingestVerb: Verb = defineVerb({
  name: 'ingest',
  summary: 'takes in OTLP files: JSON or protobuf, as the collector’s file exporter writes them',
  examples: ['runspan ingest traces.jsonl', 'runspan ingest *.jsonl.gz --json'],
  arguments: { file: severalArguments('files to take in') },
  options: { ...JSON_OPTION, ...DATA },
  run: async ({ file: files, ...input }) => {
    await withOpenSpool(input, async (data) => {
      const { CollectorError, ingestFile } = await import('@runspan/collector')
      const { Spool } = await import('@runspan/spool')
      const { spoolDirectory } = await import('@runspan/configuration')
      // the files are on disk already, so the spool has no limit here and drops nothing
      const spool = new Spool({ directory: spoolDirectory(data.dataDir), maxBytes: Number.MAX_SAFE_INTEGER })
      const total = { spans: 0, metrics: 0, logs: 0, rejected: 0 }
      let unreadable = 0
      const showProgress = process.stderr.isTTY && !input.json
      try {
        for (const file of files) {
          const size = await stat(file).then(
            (found) => found.size,
            () => 0,
          )
          let read = 0
          try {
            const result = await ingestFile(file, spool, {
              onProgress: async (bytes) => {
                read += bytes
                if (showProgress)
                  process.stderr.write(
                    `\r${visible(file)}: ${compactPercent(Math.min(1, read / Math.max(1, size)))}\u001B[K`,
                  )
                spool.rotate()
                await data.deliver()
              },
            })
            if (showProgress) process.stderr.write('\r\u001B[K')
            total.spans += result.spans
            total.metrics += result.metrics
            total.logs += result.logs
            total.rejected += result.rejected.length
            for (const { request, reason } of result.rejected.slice(0, 10))
              printNotice(`${file}, request ${request}: ${reason}`)
            if (result.rejected.length > 10)
              printNotice(`${file}: ${result.rejected.length - 10} more requests were left out`)
            if (result.endedEarly !== null) {
              unreadable++
              printNotice(`runspan: ${result.endedEarly.message} What came before is taken in.`)
            }
          } catch (error) {
            if (!(error instanceof CollectorError)) throw error
            unreadable++
            printNotice(`runspan: ${error.message}`)
          }
        }
      } finally {
        spool.close()
        await data.deliver()
      }
      if (input.json) printJson(total)
      else {
        const { spans, metrics, logs, rejected } = total
        printNotice(
          `Taken in: ${spans} spans, ${metrics} metric points, ${logs} log records${rejected > 0 ? `; ${rejected} requests left out` : ''}.`,
        )
      }
      if (unreadable > 0 || total.rejected > 0) process.exitCode = 1
    })
  },
})
