const NAMED = resource('deployment.environment.name')
/** Its name before version 1.27 of the semantic conventions. */
const NAMED_BEFORE = resource('deployment.environment')
const ENVIRONMENT = `if(${NAMED} != '', ${NAMED}, ${NAMED_BEFORE})`
const NAMESPACE = resource('service.namespace')
/** SDKs call a service that nobody named the same in all programs of a language. */
const SERVICE = `if(startsWith(ServiceName, 'unknown_service'), '', ServiceName)`

/** The environment: where programs of any kind may take part in one run. Like the others empty where nothing is told. */
export const ENVIRONMENT_TELLS: string = joined([ENVIRONMENT])

/** Environment and namespace: for engines of which several services, each with a name of its own, tell of one run. */
export const DEPLOYMENT_TELLS: string = joined([ENVIRONMENT, NAMESPACE])

/** Service, environment and namespace: for engines of which one service tells all of a run. */
export const SERVICE_TELLS: string = joined([SERVICE, ENVIRONMENT, NAMESPACE])

/** An attribute of the resource where it is told, else what `otherwise` says. */
export function resourceTells(name: string, otherwise: string): string {
  return `if(${resource(name)} != '', ${joined([resource(name)])}, ${otherwise})`
}

function resource(name: string): string {
  return `ResourceAttributes['${name}']`
}

/** Encoded, so that none holds a separator of ids; empty ones keep their place, unless they are the last. */
function joined(parts: readonly string[]): string {
  const encoded = parts.map((part) => `encodeURLComponent(${part})`)
  return encoded.length === 1 ? encoded[0]! : `trim(TRAILING ':' FROM concat(${encoded.join(", ':', ")}))`
}
