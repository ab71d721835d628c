import type { Attributes, AttributeValue } from '@opentelemetry/api'

import { cleanText, NAME_LENGTH } from './clean-text.ts'
import { countLoss } from './losses.ts'

/** Longest text of an attribute the host gives, in UTF-16 units. */
const TEXT_LENGTH: number = 64 * 1024

/** `ours` and the host's attributes, as far as these can be read. Ours win and come first: a span takes so many and no more. */
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

/** A value short enough to be kept. */
export function cleanAttribute(value: AttributeValue): AttributeValue {
  return typeof value === 'string' ? cleanText(value, TEXT_LENGTH) : value
}
