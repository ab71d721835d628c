/** Narrow space between a number and its unit, without a line break. */
export const THIN = '\u202F'
/** Space between two amounts that belong together, without a line break. */
export const JOIN = '\u00A0'
export const MINUS = '−'
/** Shown for an unknown value. */
export const UNKNOWN = '–'

/** Returns a text with ordinary spaces, for outputs without others: terminal, chat, alerts, logs. */
export function ordinarySpaces(text: string): string {
  return text.replaceAll(/[\u202F\u00A0]/g, ' ')
}
