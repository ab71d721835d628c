import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { dataFile, readCsv } from './data-files.ts'

/** A small HTTP service for the demo that fails now and then. */
export interface WeatherService {
  readonly url: string
  close(): Promise<void>
}

/** Every `BAD_MOMENT_EVERY`th request is answered with 503. */
const BAD_MOMENT_EVERY = 7

/** Serves the days of `weather.csv` by place: `GET /weather?location=Seattle`. */
export async function startWeatherService(): Promise<WeatherService> {
  const days = await readCsv(dataFile('weather.csv'))
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    if (requests % BAD_MOMENT_EVERY === 0) {
      response.writeHead(503, { 'retry-after': '1' }).end('weather service is overloaded')
      return
    }
    const location = new URL(request.url ?? '/', 'http://localhost').searchParams.get('location')
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(days.filter((day) => day['location'] === location)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
