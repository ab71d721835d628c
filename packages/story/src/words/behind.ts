import { say, time, type Prose } from './prose.ts'

/** Returns `2 min behind: …`, where what is read is so many seconds older than what was recorded. */
export function behindWords(seconds: number): Prose {
  return say`${time(seconds)} behind: records wait in the spool to be taken in; until then no run counts as lost for its silence since.`
}
