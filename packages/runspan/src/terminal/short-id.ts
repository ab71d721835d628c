import { visible } from './text.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** As much of a run's id as a person types: a UUIDv7 begins with its time, to the millisecond; other ids stay whole. */
export function shortId(runId: string): string {
  return UUID.test(runId) ? runId.slice(0, 13) : visible(runId)
}

/** The id as a word of a shell command. */
export function shellId(runId: string): string {
  const id = shortId(runId)
  return /^[\w./:@+-]+$/.test(id) ? id : `'${id.replaceAll("'", String.raw`'\\''`)}'`
}
