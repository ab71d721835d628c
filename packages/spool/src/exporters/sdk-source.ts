import type { Attributes } from '../native/map-column.ts'
import { serviceNameOf, type Source } from '../rows/source.ts'

/** Resource of the SDK's records: the same object for all records of a provider. */
export interface SdkResource {
  readonly attributes: Attributes
  readonly schemaUrl?: string | undefined
  /** True while detectors are running: more attributes will follow. */
  readonly asyncAttributesPending?: boolean | undefined
}

/** Instrumentation scope of the records: the same object for all records of a tracer, logger or meter. */
export interface SdkScope {
  readonly name: string
  readonly version?: string | undefined
  readonly schemaUrl?: string | undefined
  readonly attributes?: Attributes | undefined
}

const NO_ATTRIBUTES: Attributes = {}

/** Sources by resource and scope, created once for each pair, and once more when a resource has all its attributes. */
export class SdkSources {
  private readonly byResource = new WeakMap<SdkResource, WeakMap<SdkScope, Source>>()
  private readonly pending = new WeakSet<SdkResource>()

  of(resource: SdkResource, scope: SdkScope): Source {
    let byScope = this.byResource.get(resource)
    const isPending = resource.asyncAttributesPending === true
    if (byScope === undefined || (!isPending && this.pending.delete(resource))) {
      if (isPending) this.pending.add(resource)
      byScope = new WeakMap()
      this.byResource.set(resource, byScope)
    }
    let source = byScope.get(scope)
    if (source === undefined) {
      source = {
        resource: resource.attributes,
        serviceName: serviceNameOf(resource.attributes),
        resourceSchemaUrl: resource.schemaUrl ?? '',
        scopeName: scope.name,
        scopeVersion: scope.version ?? '',
        scopeAttributes: scope.attributes ?? NO_ATTRIBUTES,
        scopeDroppedAttributes: 0,
        scopeSchemaUrl: scope.schemaUrl ?? '',
      }
      byScope.set(scope, source)
    }
    return source
  }
}
