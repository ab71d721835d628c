import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'

import type { Resource } from '@opentelemetry/resources'
import { upwards } from '@runspan/configuration'

import { resources } from './sdk-libraries.ts'

/**
 * Returns the resource of this process: service name, version and instance, host and process. `OTEL_SERVICE_NAME` and
 * `OTEL_RESOURCE_ATTRIBUTES` win over the nearest `package.json`. It is short because it is stored with every span.
 */
export function processResource(): Resource {
  const { detectResources, envDetector, resourceFromAttributes } = resources()
  const application = nearestPackage()
  const found = resourceFromAttributes({
    'service.name': application.name ?? (basename(process.argv[1] ?? '') || 'node'),
    ...(application.version === undefined ? {} : { 'service.version': application.version }),
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'process.pid': process.pid,
    'process.runtime.version': process.versions.node,
    'telemetry.sdk.language': 'nodejs',
  })
  return found.merge(detectResources({ detectors: [envDetector] }))
}

function nearestPackage(): { name?: string; version?: string } {
  try {
    const directory = upwards(process.cwd(), 'package.json')
    if (directory === null) return {}
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >
    return { ...(typeof name === 'string' ? { name } : {}), ...(typeof version === 'string' ? { version } : {}) }
  } catch {
    return {} // no name from a package.json that cannot be read, or from a deleted working directory
  }
}
