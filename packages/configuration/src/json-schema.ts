import { z } from 'zod/mini'

import { FILE_SETTINGS } from './file-settings.ts'

interface Json {
  readonly [key: string]: unknown
}

/** Returns the JSON Schema of `runspan.config.yaml`, in draft 7, which most editors support. */
export function configurationJsonSchema(): Record<string, unknown> {
  const tracking = z.toJSONSchema(FILE_SETTINGS.toSchema(), { target: 'draft-7' })
  const { $schema, ...section } = tracking as Json
  return {
    $schema,
    title: 'Runspan configuration',
    type: 'object',
    properties: {
      tracking: withBothSpellings(section),
      alerts: { type: ['array', 'null'], description: 'When to tell somebody.' },
      targets: { type: ['object', 'null'], description: 'Whom to tell, by name.' },
    },
    additionalProperties: false,
  }
}

/** Allows every key with underscores also in camel case, and an empty section. */
function withBothSpellings(schema: Json): Json {
  const { properties } = schema as { properties?: Record<string, Json> }
  if (properties === undefined) return schema
  const both = Object.entries(properties).flatMap(([key, inner]) => {
    const whole = withBothSpellings(inner)
    const camel = key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    return camel === key
      ? [[key, whole]]
      : [
          [key, whole],
          [camel, whole],
        ]
  })
  return { ...schema, type: ['object', 'null'], properties: Object.fromEntries(both) }
}
