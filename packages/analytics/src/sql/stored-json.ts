/** JSON out of a table: we wrote it ourselves, but somebody else may have too. `otherwise` for what is no JSON. */
export function storedJson<T>(text: string, otherwise: T): T {
  if (text === '') return otherwise
  try {
    return JSON.parse(text) as T
  } catch {
    return otherwise
  }
}
