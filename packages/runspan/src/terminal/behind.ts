import { duration } from './numbers.ts'

/** Returns `2m00s behind: …`, where what is read is so many seconds older than what was recorded. */
export function behindWords(seconds: number): string {
  return `${duration(seconds)} behind: records wait in the spool to be taken in; until then no run counts as lost for its silence since.`
}
