import { createRequire } from 'node:module'

import type * as ContextAsyncHooks from '@opentelemetry/context-async-hooks'
import type * as Core from '@opentelemetry/core'
import type * as HostMetrics from '@opentelemetry/instrumentation-host-metrics'
import type * as Resources from '@opentelemetry/resources'
import type * as SdkLogs from '@opentelemetry/sdk-logs'
import type * as SdkMetrics from '@opentelemetry/sdk-metrics'
import type * as SdkTrace from '@opentelemetry/sdk-trace-base'

const require = createRequire(import.meta.url)

/*
 * Parts of the OpenTelemetry SDK, loaded when instrumentation starts. A program that only imports the library, only reads, or
 * has tracking off does not load these 150 files. They are CommonJS, so an import elsewhere gets the same instance.
 */

export const contextAsyncHooks = (): typeof ContextAsyncHooks =>
  require('@opentelemetry/context-async-hooks') as typeof ContextAsyncHooks
export const core = (): typeof Core => require('@opentelemetry/core') as typeof Core
export const hostMetrics = (): typeof HostMetrics =>
  require('@opentelemetry/instrumentation-host-metrics') as typeof HostMetrics
export const resources = (): typeof Resources => require('@opentelemetry/resources') as typeof Resources
export const sdkLogs = (): typeof SdkLogs => require('@opentelemetry/sdk-logs') as typeof SdkLogs
export const sdkMetrics = (): typeof SdkMetrics => require('@opentelemetry/sdk-metrics') as typeof SdkMetrics
export const sdkTrace = (): typeof SdkTrace => require('@opentelemetry/sdk-trace-base') as typeof SdkTrace
