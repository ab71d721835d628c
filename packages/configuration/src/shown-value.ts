import type { Setting } from './settings.ts'

const LONGEST = 80

/** Returns a setting's value without the user and password of a URL. */
export function shownValue(setting: Pick<Setting<unknown>, 'isSecret' | 'unit'>, value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (setting.isSecret === true) return withoutCredentials(String(value))
  if (Array.isArray(value)) return value.join(', ') || 'nothing'
  return setting.unit === undefined ? String(value) : `${String(value)} ${setting.unit}`
}

/** Returns a value as it was written, for a message. */
export function quotedValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

/** Returns whether a text contains a user or password, as URLs and connection strings do. */
export function holdsCredentials(text: string): boolean {
  return /\/\/[^/?#\s]*@/.test(text) || /(password|passwd|secret|token|key)=/i.test(text)
}

function withoutCredentials(text: string): string {
  try {
    const url = new URL(text)
    if (url.host === '') return '(set)'
    return `${url.protocol}//${url.host}${url.pathname}`
  } catch {
    return '(set)' // it may be a secret in any format
  }
}
