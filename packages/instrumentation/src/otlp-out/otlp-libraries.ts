import { createRequire } from 'node:module'

import type * as NodeHttp from '@opentelemetry/otlp-exporter-base/node-http'
import type * as Transformer from '@opentelemetry/otlp-transformer'

const require = createRequire(import.meta.url)

/* Loaded when something is shipped: most programs ship nothing, and are spared 20 ms. */

/** How the SDK's exporters send. */
export function nodeHttp(): typeof NodeHttp {
  return require('@opentelemetry/otlp-exporter-base/node-http') as typeof NodeHttp
}

/** How they write what they send. */
export function transformer(): typeof Transformer {
  return require('@opentelemetry/otlp-transformer') as typeof Transformer
}
