const NAMED = resource('deployment.environment.name')
/** Its name before version 1.27 of the semantic conventions. */
const NAMED_BEFORE = resource('deployment.environment')
const ENVIRONMENT = `if(${NAMED} != '', ${NAMED}, ${NAMED_BEFORE})`
const NAMESPACE = resource('service.namespace')
/** Service name; empty for the SDKs' default, which is the same for all programs of a language. */
const SERVICE = `if(startsWith(ServiceName, 'unknown_service'), '', ServiceName)`

/** The environment, for runs in which programs of any kind may take part. Like the others empty if unknown. */
export const ENVIRONMENT_TELLS: string = joined([ENVIRONMENT])

/** Environment and namespace, for engines whose runs are reported by several services with different names. */
export const DEPLOYMENT_TELLS: string = joined([ENVIRONMENT, NAMESPACE])

/** Service, environment and namespace, for engines whose runs are reported by one service. */
export const SERVICE_TELLS: string = joined([SERVICE, ENVIRONMENT, NAMESPACE])

/** Returns SQL of an attribute of the resource, else `otherwise`. */
export function resourceTells(name: string, otherwise: string): string {
  return `if(${resource(name)} != '', ${joined([resource(name)])}, ${otherwise})`
}

function resource(name: string): string {
  return `ResourceAttributes['${name}']`
}

/** Returns SQL of encoded parts without a separator of ids; empty parts keep their place, except at the end. */
function joined(parts: readonly string[]): string {
  const encoded = parts.map((part) => `encodeURLComponent(${part})`)
  return encoded.length === 1 ? encoded[0]! : `trim(TRAILING ':' FROM concat(${encoded.join(", ':', ")}))`
}
