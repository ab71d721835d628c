import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Workflow } from '@runspan/workflow'

import { dataFile, readCsv, readJson } from './data-files.ts'
import { type Airport, delaysBy, type Flight, nearestZipCodes, validFlights, type ZipCode } from './flights.ts'

export interface PipelineInputs {
  /** Path of the day's flights, JSON. */
  readonly flights: string
  /** Whether to load the history too, Parquet. */
  readonly history: boolean
  /** URL of the weather service. */
  readonly weather: string
  /** Directory of the reports. */
  readonly output: string
}

export const WORKFLOW_NAME = 'flight-delays'
const CITIES = ['Seattle', 'New York']
const HISTORY_ROWS = 400_000

/** A typical pipeline: read, validate, clean, join, aggregate, write. */
export const pipeline: Workflow<PipelineInputs, object> = new Workflow<PipelineInputs>(WORKFLOW_NAME, {
  concurrency: 4,
})
  .addTask('read-flights', {}, async ({ inputs, task }) => {
    const rows = await readJson<unknown>(inputs.flights)
    task.setMetric('rows', rows.length)
    return rows
  })
  .addTask('read-airports', {}, async () =>
    (await readCsv(dataFile('airports.csv'))).map((row): Airport => ({
      iata: row['iata']!,
      name: row['name']!,
      state: row['state']!,
      latitude: Number(row['latitude']),
      longitude: Number(row['longitude']),
    })),
  )
  .addTask('read-zip-codes', {}, async () =>
    (await readCsv(dataFile('zipcodes.csv'))).map((row): ZipCode => ({
      zip: row['zip_code']!,
      county: row['county']!,
      latitude: Number(row['latitude']),
      longitude: Number(row['longitude']),
    })),
  )
  .addTask(
    'fetch-weather',
    { retry: { attempts: 3, delaySeconds: 0.25 }, timeoutSeconds: 10 },
    async ({ inputs, signal }) => {
      const answers = CITIES.map(async (city) => {
        const response = await fetch(`${inputs.weather}/weather?location=${encodeURIComponent(city)}`, { signal })
        if (!response.ok) throw new Error(`weather service answered ${response.status}: ${await response.text()}`)
        return (await response.json()) as { date: string; precipitation: string }[]
      })
      return (await Promise.all(answers)).flat()
    },
  )
  .addTask('validate', { after: ['read-flights'] }, ({ results }) => validFlights(results['read-flights']))
  .addTask('clean', { after: ['validate'] }, ({ results, task }) => {
    const seen = new Set<string>()
    const flights = results.validate.filter(({ date, origin, destination, delay }) => {
      const key = `${date} ${origin} ${destination}`
      const keep = !seen.has(key) && Math.abs(delay) < 24 * 60
      seen.add(key)
      return keep
    })
    task.setMetric('dropped', results.validate.length - flights.length)
    return flights
  })
  .addTask('load-history', { when: ({ inputs }) => inputs.history || 'only on backfills' }, async ({ task }) => {
    const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet')
    const { compressors } = await import('hyparquet-compressors')
    const file = await asyncBufferFromFile(dataFile('flights-3m.parquet'))
    const rows = await parquetReadObjects({ file, compressors, rowStart: 0, rowEnd: HISTORY_ROWS })
    task.setMetric('rows', rows.length)
    return rows.length
  })
  .addTask(
    'locate-airports',
    { after: ['read-airports', 'read-zip-codes'], timeoutSeconds: 60 },
    async ({ results, signal }) => {
      return nearestZipCodes(results['read-airports'], results['read-zip-codes'], signal)
    },
  )
  .addTask('delays-by-airport', { after: ['clean', 'locate-airports'] }, ({ results }) =>
    delaysBy(results.clean, ({ origin }) => {
      const zip = results['locate-airports'].get(origin)
      return zip === undefined ? origin : `${origin}, ${zip.county} ${zip.zip}`
    }),
  )
  .addTask('delays-by-hour', { after: ['clean'] }, ({ results }) =>
    delaysBy(results.clean, ({ date }) => date.slice(11, 13)),
  )
  .addTask('delays-by-distance', { after: ['clean'] }, ({ results }) =>
    delaysBy(results.clean, ({ distance }) => `${Math.floor(distance / 250) * 250} mi`),
  )
  .addTask('delays-by-weather', { after: ['clean', 'fetch-weather'] }, ({ results }) => {
    const wet = new Set(
      results['fetch-weather']
        .filter(({ precipitation }) => Number(precipitation) > 5)
        .map(({ date }) => date.slice(5)),
    )
    return delaysBy(results.clean, ({ date }: Flight) => (wet.has(date.slice(5, 10).replace('/', '-')) ? 'wet' : 'dry'))
  })
  .addTask(
    'write-report',
    { after: ['delays-by-airport', 'delays-by-hour', 'delays-by-distance', 'delays-by-weather'] },
    async ({ inputs, results, run }) => {
      await mkdir(inputs.output, { recursive: true })
      const path = join(inputs.output, `${run.runId}.json`)
      await writeFile(path, JSON.stringify(results, null, 1))
      return path
    },
  )
