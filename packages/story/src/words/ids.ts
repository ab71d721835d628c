import { visible } from '@runspan/model'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Where the groups of a UUID end. */
const ENDS = [13, 18, 23, 36]

/**
 * Returns as much of a run's id as a person types: a UUIDv7 begins with its time, to the millisecond; other ids stay whole.
 * Longer where others in the list begin alike.
 */
export function shortId(runId: string, list: readonly string[] = []): string {
  if (!UUID.test(runId)) return visible(runId)
  const alone = (end: number): boolean =>
    list.every((other) => other === runId || !other.startsWith(runId.slice(0, end)))
  return runId.slice(0, ENDS.find(alone))
}
