import { createRequire } from 'node:module'

import { type Context, ROOT_CONTEXT } from '@opentelemetry/api'
import type * as Core from '@opentelemetry/core'

const require = createRequire(import.meta.url)

/**
 * Returns a context in which nothing is traced, because our own requests belong to no run. Loads the SDK's core with the
 * first delivery.
 */
export function untracedContext(): Context {
  const { suppressTracing } = require('@opentelemetry/core') as typeof Core
  return suppressTracing(ROOT_CONTEXT)
}
