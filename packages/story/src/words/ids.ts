import { visible } from '@runspan/model'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Ends of the groups of a UUID. */
const ENDS = [13, 18, 23, 36]

/**
 * Returns the part of a run's id that a person types: a UUIDv7 starts with its time, to the millisecond; other ids stay
 * whole. Longer if others in the list start with the same part.
 */
export function shortId(runId: string, list: readonly string[] = []): string {
  if (!UUID.test(runId)) return visible(runId)
  const alone = (end: number): boolean =>
    list.every((other) => other === runId || !other.startsWith(runId.slice(0, end)))
  return runId.slice(0, ENDS.find(alone))
}
