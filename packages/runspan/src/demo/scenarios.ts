import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { dataFile } from './data-files.ts'

/** One run of the demo. */
export interface Scenario {
  readonly flights: string
  readonly history?: boolean
  /** Seconds after which its caller cancels it. */
  readonly cancelAfterSeconds?: number
  readonly trigger: 'schedule' | 'manual' | 'backfill'
  /** Note that describes the run. */
  readonly note: string
}

/** Returns a dozen runs: mostly ordinary ones, and some with typical failures. */
export async function scenarios(workDir: string): Promise<Scenario[]> {
  const day = (file: string, note: string, more: Partial<Scenario> = {}): Scenario => ({
    flights: dataFile(file),
    trigger: 'schedule',
    note,
    ...more,
  })
  return [
    day('flights-10k.json', 'a first run'),
    day('flights-10k.json', 'the same again'),
    day('flights-20k.json', 'a busier day'),
    day('flights-10k.json', 'an ordinary day'),
    day('flights-5k.json', 'a quiet day'),
    { flights: await cutOff(workDir), trigger: 'schedule', note: 'the file broke off while it was copied' },
    day('flights-10k.json', 'an ordinary day'),
    day('flights-10k.json', 'an ordinary day'),
    day('flights-20k.json', 'stopped by its caller', { cancelAfterSeconds: 0.2, trigger: 'manual' }),
    day('flights-5k.json', 'a quiet day'),
    day('flights-10k.json', 'an ordinary day'),
    day('flights-20k.json', 'with the history loaded', { history: true, trigger: 'backfill' }),
  ]
}

/** Writes the first 300 kB of a real file, like a download whose connection broke. Returns its path. */
async function cutOff(workDir: string): Promise<string> {
  const path = join(workDir, 'flights-cut.json')
  const whole = await readFile(dataFile('flights-5k.json'))
  await writeFile(path, whole.subarray(0, 300_000))
  const file = await open(path)
  await file.sync()
  await file.close()
  return path
}
