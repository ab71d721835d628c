import { type SegmentTarget, SpoolError, tell } from '@runspan/spool'

import { applySchema } from '../apply-schema.ts'
import type { ClickHouse } from '../client/client.ts'
import { ClickHouseError, toClickHouseError } from '../client/errors.ts'
import { insertOutcome, isOfView, isPassing } from './insert-outcome.ts'

/**
 * Returns a target that stores segments in this ClickHouse. Before the first insert it brings the schema up to date if this user may do that. Its
 * methods throw `SpoolError` with the code of the `ClickHouseError` that is its cause.
 */
export function clickHouseTarget(clickhouse: ClickHouse): SegmentTarget {
  return {
    prepare: () => sorted(applySchemaIfAllowed(clickhouse)),
    insertNative: (...insert) => sorted(clickhouse.insertNative(...insert)),
  }
}

async function sorted(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (thrown) {
    const error = toClickHouseError(thrown, 'the server')
    throw new SpoolError(error.code, error.message, {
      cause: error,
      serverCode: error.serverCode,
      outcome: insertOutcome(error),
      isPassing: isPassing(error),
      isOfView: isOfView(error),
    })
  }
}

/**
 * Applies the schema as `applySchema` does, but leaves it as it is where this user may not change it, where it is a cluster's, and where a newer Runspan
 * has changed it; the latter is told to `warn`.
 */
export async function applySchemaIfAllowed(
  clickhouse: ClickHouse,
  warn: (text: string) => void = (text) => tell('warn', text),
): Promise<void> {
  try {
    await applySchema(clickhouse)
  } catch (error) {
    if (!(error instanceof ClickHouseError) || !LEFT_AS_IT_IS.has(error.code)) throw error
    if (error.code === 'SCHEMA_NEWER') warn(error.message)
  }
}

const LEFT_AS_IT_IS: ReadonlySet<string> = new Set(['ACCESS_DENIED', 'NOT_ON_CLUSTER', 'SCHEMA_NEWER'])
