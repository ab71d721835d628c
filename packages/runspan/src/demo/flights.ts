/** One flight of the datasets `flights-*.json`. */
export interface Flight {
  /** `2001/01/01 06:55`, local time. */
  readonly date: string
  /** Minutes; negative if early. */
  readonly delay: number
  /** Distance in miles. */
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

export interface Place {
  readonly latitude: number
  readonly longitude: number
}

export interface Airport extends Place {
  readonly iata: string
  readonly name: string
  readonly state: string
}

export interface ZipCode extends Place {
  readonly zip: string
  readonly county: string
}

/** Returns the rows as flights. Throws with the number of the first row that is not a flight. */
export function validFlights(rows: readonly unknown[]): Flight[] {
  if (rows.length === 0) throw new RangeError('the file holds no flights')
  return rows.map((row, i) => {
    const { date, delay, distance, origin, destination } = row as Record<string, unknown>
    const good =
      typeof date === 'string' &&
      typeof delay === 'number' &&
      typeof distance === 'number' &&
      typeof origin === 'string' &&
      typeof destination === 'string'
    if (!good) throw new TypeError(`row ${i + 1} is no flight: ${JSON.stringify(row).slice(0, 120)}`)
    return { date, delay, distance, origin, destination }
  })
}

/** Returns the squared distance on a flat map, which is enough to find the nearest place. */
function apart(a: Place, b: Place): number {
  const x = (a.longitude - b.longitude) * Math.cos((a.latitude * Math.PI) / 180)
  const y = a.latitude - b.latitude
  return x * x + y * y
}

/**
 * Returns the zip code nearest to each airport, by trying all of them. Yields to other work of the process in between.
 */
export async function nearestZipCodes(
  airports: readonly Airport[],
  zipCodes: readonly ZipCode[],
  signal: AbortSignal,
): Promise<Map<string, ZipCode>> {
  const nearest = new Map<string, ZipCode>()
  for (const airport of airports) {
    signal.throwIfAborted()
    let best = zipCodes[0]
    let bestApart = Infinity
    for (const zip of zipCodes) {
      const distance = apart(airport, zip)
      if (distance < bestApart) {
        bestApart = distance
        best = zip
      }
    }
    if (best !== undefined) nearest.set(airport.iata, best)
    await new Promise(setImmediate)
  }
  return nearest
}

/** Returns median, 95th percentile and count of delays by a key. */
export function delaysBy(
  flights: readonly Flight[],
  key: (flight: Flight) => string,
): { key: string; flights: number; median: number; p95: number }[] {
  const byKey = new Map<string, number[]>()
  for (const flight of flights) {
    const name = key(flight)
    const list = byKey.get(name)
    if (list === undefined) byKey.set(name, [flight.delay])
    else list.push(flight.delay)
  }
  return [...byKey]
    .map(([name, delays]) => {
      delays.sort((a, b) => a - b)
      return {
        key: name,
        flights: delays.length,
        median: delays[Math.floor(delays.length / 2)]!,
        p95: delays[Math.floor(delays.length * 0.95)]!,
      }
    })
    .sort((a, b) => b.median - a.median)
}
