import { countLoss } from './losses.ts'
import { TrackingError } from './tracking-error.ts'

/** Maximum length of a name, id, tag or attribute key, in UTF-16 units. */
export const NAME_LENGTH = 1000
/** Maximum length of the reason of a skip or cancellation. */
export const REASON_LENGTH = 4096

const CUT = '…'

/** Cuts a text at its end to at most `length` UTF-16 units, including the mark `…`. Never splits a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  let end = length - CUT.length
  const last = text.charCodeAt(end - 1)
  if (last >= 0xd8_00 && last <= 0xdb_ff) end--
  return text.slice(0, end) + CUT
}

/** Removes NUL and cuts the text at its end. */
export function cleanText(text: string, length: number): string {
  return cutText(text.includes('\0') ? text.replaceAll('\0', '') : text, length)
}

/**
 * Returns a name as it is recorded: without NUL, cut at its end to 1,000 characters.
 * Throws `TrackingError` `INVALID_NAME` if it is not a string or nothing is left of it.
 */
export function cleanName(name: unknown, what: string): string {
  if (typeof name === 'string') {
    if (name.length > 0 && name.length <= NAME_LENGTH && !name.includes('\0')) return name
    const cleaned = cleanText(name, NAME_LENGTH)
    if (cleaned !== '') {
      countLoss('input-repaired', `a ${what} held NUL or was longer than ${NAME_LENGTH} characters`)
      return cleaned
    }
  }
  const given = typeof name === 'string' ? 'an empty one' : name === null ? 'null' : typeof name
  throw new TrackingError('INVALID_NAME', `A ${what} must be a non-empty string, not ${given}.`)
}

/** Returns an optional text, cleaned like a name; null if it is missing. */
export function cleanOptional(text: unknown, what: string): string | null {
  if (text === undefined || text === null) return null
  if (typeof text === 'string') return cleanText(text, NAME_LENGTH) || null
  countLoss('input-repaired', `${what} must be a string and was left out`)
  return null
}

/** Returns the texts of a list of unknown values, without duplicates and empty texts, at most `count`. */
export function cleanList(list: unknown, count: number, what: string): readonly string[] {
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    countLoss('input-repaired', `${what} must be an array of strings and were left out`)
    return []
  }
  const cleaned = new Set<string>()
  for (const item of list as readonly unknown[]) {
    const text = typeof item === 'string' ? cleanText(item, NAME_LENGTH) : ''
    if (text === '' || cleaned.size >= count) {
      countLoss('input-repaired', `${what} held more than ${count} items or one that is not text; these were left out`)
      if (cleaned.size >= count) break
    } else cleaned.add(text)
  }
  return [...cleaned]
}
