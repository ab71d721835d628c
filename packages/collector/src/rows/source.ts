import { serviceNameOf, type Source } from '@runspan/spool'

import { attributes, integer32, text } from '../otlp/fields.ts'
import type { OtlpResource, OtlpScope } from '../otlp/request.ts'

/** Returns resource and scope of a group of records. */
export function sourceOf(
  resource: OtlpResource | undefined,
  resourceSchemaUrl: unknown,
  scope: OtlpScope | undefined,
  scopeSchemaUrl: unknown,
): Source {
  const resourceAttributes = attributes(resource?.attributes)
  return {
    resource: resourceAttributes,
    serviceName: serviceNameOf(resourceAttributes),
    resourceSchemaUrl: text(resourceSchemaUrl),
    scopeName: text(scope?.name),
    scopeVersion: text(scope?.version),
    scopeAttributes: attributes(scope?.attributes),
    scopeDroppedAttributes: integer32(scope?.droppedAttributesCount),
    scopeSchemaUrl: text(scopeSchemaUrl),
  }
}
