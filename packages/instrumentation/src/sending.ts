import { setTimeout as sleep } from 'node:timers/promises'

import { ClickHouse, ClickHouseError, clickHouseTarget } from '@runspan/clickhouse'
import { Sender, type Spool, log } from '@runspan/spool'

/** Maximum seconds that the end of a program waits for data on disk. */
const STOP_SECONDS = 5

/**
 * Sends the spool to a ClickHouse while the process lives; does not keep it alive. An invalid URL is logged once, and all
 * data waits on disk.
 */
export function startSending(url: string, spool: Spool): { stop(): Promise<void> } {
  const clickhouse = connect(url)
  if (clickhouse === null) return { stop: () => Promise.resolve() }
  const sender = new Sender({ directory: spool.directory, target: clickHouseTarget(clickhouse) })
  sender.start()
  // a segment has one second of data, or 8 MB: no reason to wait longer
  spool.onSegment = () => void sender.send()
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    process.off('beforeExit', sendLast)
    stopping ??= within(STOP_SECONDS, async () => {
      await sender.send()
      await sender.stop()
    }).then(() => clickhouse.close()) // closing ends the requests that did not end in time
    return stopping
  }
  const sendLast = (): void => {
    spool.rotate()
    void stop()
  }
  process.once('beforeExit', sendLast)
  return { stop }
}

async function within(seconds: number, work: () => Promise<void>): Promise<void> {
  const done = new AbortController()
  const time = sleep(seconds * 1000, undefined, { signal: done.signal }).catch(() => undefined)
  await Promise.race([work(), time])
  done.abort()
}

function connect(url: string): ClickHouse | null {
  try {
    return new ClickHouse({ url })
  } catch (error) {
    if (!(error instanceof ClickHouseError)) throw error
    log('warn', `telemetry waits on disk: ${error.message}`)
    return null
  }
}
