import type { Attributes, AttributeValue } from '@opentelemetry/api'

import { cleanText, NAME_LENGTH } from './clean-text.ts'
import { countLoss } from './losses.ts'

/** Maximum length of an attribute text given by the host, in UTF-16 units. */
const TEXT_LENGTH: number = 64 * 1024

/**
 * Returns `ours` and the host's readable attributes. Ours come first and win, because a span takes a limited number of
 * attributes.
 */
export function mergeAttributes(given: Attributes | null | undefined, ours: Attributes | null): Attributes {
  const merged: Attributes = { ...ours }
  try {
    for (const [key, value] of Object.entries(given ?? {})) {
      const name = cleanText(key, NAME_LENGTH)
      if (value !== undefined && !Object.hasOwn(merged, name)) merged[name] = cleanAttribute(value)
    }
  } catch (error) {
    countLoss('attribute-refused', 'reading the attributes of a span threw; some are missing', error)
  }
  return merged
}

/** Returns a value, its texts cut to the maximum length. */
export function cleanAttribute(value: AttributeValue): AttributeValue {
  return typeof value === 'string' ? cleanText(value, TEXT_LENGTH) : value
}
