import { say, time, type Prose } from './prose.ts'

/** Returns `2 min behind: …`, for data that is read this many seconds after it was recorded. */
export function behindWords(seconds: number): Prose {
  return say`${time(seconds)} behind: records wait in the spool to be taken in; until then no run counts as lost for its silence since.`
}
