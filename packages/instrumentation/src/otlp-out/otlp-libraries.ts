import { createRequire } from 'node:module'

import type * as NodeHttp from '@opentelemetry/otlp-exporter-base/node-http'
import type * as Transformer from '@opentelemetry/otlp-transformer'

const require = createRequire(import.meta.url)

/* The modules here are loaded on first use: most programs export nothing by OTLP, and save 20 ms. */

/** Returns the HTTP transport of the SDK's exporters. */
export function nodeHttp(): typeof NodeHttp {
  return require('@opentelemetry/otlp-exporter-base/node-http') as typeof NodeHttp
}

/** Returns the serializers of the SDK's exporters. */
export function transformer(): typeof Transformer {
  return require('@opentelemetry/otlp-transformer') as typeof Transformer
}
