import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'

import type { Configuration } from '@runspan/configuration'

import { RunspanError } from '../../errors.ts'
import { defineVerb, type Verb } from '../define-verb.ts'
import { DATA, dataFrom, severalArguments } from '../options.ts'
import { printNotice } from '../output.ts'
import { onNpmEnd } from '../parent-watch.ts'
import { STOP_SIGNALS } from '../stop-signals.ts'

/** `runspan exec -- <command...>`: any Node program with instrumentation switched on; its exit code is passed on. */
export const execVerb: Verb = defineVerb({
  name: 'exec',
  summary: 'runs any Node program with instrumentation switched on',
  examples: ['runspan exec -- node etl.js --date 2026-11-24', 'runspan exec -- npm start'],
  arguments: { command: severalArguments('program and its arguments') },
  options: DATA,
  passesOptionsOn: true,
  run: async ({ command: [program, ...args], ...input }) => {
    const { configurationOf } = await import('@runspan/configuration')
    const configuration = configurationOf(dataFrom(input))
    const { file } = configuration
    const { dataDir } = configuration.values
    const register = import.meta.resolve('@runspan/instrumentation/register')
    const child = spawn(program!, args, {
      stdio: 'inherit',
      env: {
        ...process.env,
        RUNSPAN_DATA: dataDir,
        RUNSPAN_EXEC: '1',
        // programs that it starts in other directories use the same configuration
        ...(file === null ? {} : { RUNSPAN_CONFIG: file }),
        ...(input.clickhouse ? { RUNSPAN_CLICKHOUSE_URL: input.clickhouse } : {}),
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${register}`.trim(),
      },
    })
    // the program handles the signal; this process ends after it
    for (const signal of STOP_SIGNALS) process.on(signal, () => child.kill(signal))
    onNpmEnd(() => child.kill('SIGTERM'))
    process.exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'ENOENT' ? 'there is no such program' : error.message
        reject(new RunspanError('COMMAND_NOT_STARTED', `"${program}" cannot be started: ${why}.`, error))
      })
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    })
    await takeIn(configuration)
  },
})

/** Imports the records now, so that the next question is fast; they are on disk already. A failure here does not change the exit code. */
async function takeIn(configuration: Configuration): Promise<void> {
  const { spoolDirectory } = await import('@runspan/configuration')
  // without a spool nothing was recorded, and the program has printed why
  if (!existsSync(spoolDirectory(configuration.values.dataDir))) return
  const { openData } = await import('@runspan/workspace')
  try {
    const data = await openData({ configuration })
    try {
      await data.deliver()
      if (process.stderr.isTTY) printNotice(`Recorded in ${configuration.values.dataDir}: runspan runs`)
    } finally {
      await data.close()
    }
  } catch (error) {
    printNotice(
      `runspan: recorded on disk, but not taken in yet: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
