/** Returns JSON from a table, or `otherwise` if it is invalid: other programs may have written it. */
export function storedJson<T>(text: string, otherwise: T): T {
  if (text === '') return otherwise
  try {
    return JSON.parse(text) as T
  } catch {
    return otherwise
  }
}
