/** Between a number and its unit: narrow, and no line breaks there. */
export const THIN = '\u202F'
/** Between two amounts that belong together. */
export const JOIN = '\u00A0'
export const MINUS = '−'
/** Shown where a value is not known. */
export const UNKNOWN = '–'

/** Returns a text with ordinary spaces, for faces that have no others: terminal, chat, alerts, logs. */
export function ordinarySpaces(text: string): string {
  return text.replaceAll(/[\u202F\u00A0]/g, ' ')
}
