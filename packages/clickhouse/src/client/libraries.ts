import { createRequire } from 'node:module'

import type * as Driver from '@clickhouse/client'
import type * as Core from '@opentelemetry/core'

const require = createRequire(import.meta.url)

/* Loaded with the first connection: a program that only records needs none, and saves about 80 files. */

export const driver = (): typeof Driver => require('@clickhouse/client') as typeof Driver
export const core = (): typeof Core => require('@opentelemetry/core') as typeof Core
