import { hostname } from 'node:os'

import { silentRuns, type SilentSpan } from '@runspan/analytics'
import { type ClickHouse } from '@runspan/clickhouse'
import { attributes as names } from '@runspan/model'
import { addLostSpan, type Spool } from '@runspan/spool'

/**
 * Ends runs that have been silent for three heartbeats, wherever they ran, as `lost` at their last heartbeat. If a run is
 * resumed, or its process was only stopped for a while, its next heartbeat makes it running again. Returns the number of
 * runs. Throws `ClickHouseError`.
 */
export async function endSilentRuns(clickhouse: ClickHouse, spool: Spool): Promise<number> {
  const silent = await silentRuns(clickhouse)
  const gone = silent.filter((span) => !livesHere(span))
  for (const span of gone) {
    const { start, source } = recorded(span)
    addLostSpan(
      spool,
      {
        start,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.nodeId || span.workflow,
        kind: 'Internal',
        attributes: {
          [names.WORKFLOW_NAME]: span.workflow,
          [names.WORKFLOW_RUN_ID]: span.runId,
          ...(span.nodeId === ''
            ? {}
            : { [names.WORKFLOW_TASK_ID]: span.nodeId, [names.WORKFLOW_TASK_ATTEMPT]: span.attempt }),
        },
      },
      source,
      span.lastSeenMilliseconds,
      reasonOf(span),
    )
  }
  spool.rotate()
  return new Set(gone.map(({ runId }) => runId)).size
}

function recorded({ startNanoseconds, resource, scopeVersion }: SilentSpan): {
  start: readonly [number, number]
  source: Parameters<typeof addLostSpan>[2]
} {
  const nanoseconds = BigInt(startNanoseconds)
  return {
    start: [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)],
    source: {
      resource,
      serviceName: resource[names.SERVICE_NAME] ?? '',
      resourceSchemaUrl: '',
      scopeName: names.SCOPE_NAME,
      scopeVersion,
      scopeAttributes: {},
      scopeDroppedAttributes: 0,
      scopeSchemaUrl: '',
    },
  }
}

/** Returns the reason that is known here. */
function reasonOf({ resource, hostIsHeard }: SilentSpan): string {
  const pid = resource['process.pid'] ?? 'unknown'
  const host = resource['host.name'] ?? 'an unknown host'
  if (host === hostname()) return `process ${pid} is gone`
  return hostIsHeard ? `process ${pid} on ${host} is gone: others there are heard` : `nothing is heard of ${host}`
}

/** Returns whether the process lives on this host: it is silent, but its event loop may only be blocked. */
function livesHere({ resource }: SilentSpan): boolean {
  const pid = Number(resource['process.pid'])
  if (resource['host.name'] !== hostname() || !Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
