import { attributeText } from '../native/attribute-text.ts'
import type { Attributes } from '../native/map-column.ts'
import { AttributePairs } from '../native/map-column.ts'

/** Seconds since 1970 and the nanoseconds of that second, as OpenTelemetry's `HrTime`. */
export type Time = readonly [seconds: number, nanoseconds: number]

export const NO_TIME: Time = [0, 0]

/** Source of a record: the resource and the instrumentation scope. */
export interface Source {
  readonly resource: Attributes
  /** `service.name` as text, empty if absent. */
  readonly serviceName: string
  readonly resourceSchemaUrl: string
  readonly scopeName: string
  readonly scopeVersion: string
  readonly scopeAttributes: Attributes
  readonly scopeDroppedAttributes: number
  readonly scopeSchemaUrl: string
}

/** Returns `service.name` of a resource as text, empty if absent. */
export function serviceNameOf(resource: Attributes): string {
  const value = resource instanceof AttributePairs ? resource.get('service.name') : resource['service.name']
  return value === undefined ? '' : attributeText(value)
}

/** Latest time that `DateTime64(9)` can store: 11 April 2262. */
const MAX_SECONDS = 9_223_372_035

/** Returns the time limited to what the tables can store: 1970 … 2262. */
export function storableTime(time: Time): Time {
  const seconds = time[0]
  if (seconds >= 0 && seconds <= MAX_SECONDS) return time
  return seconds > MAX_SECONDS ? [MAX_SECONDS, 0] : NO_TIME
}
