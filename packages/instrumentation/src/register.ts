/*
 * node --import @runspan/instrumentation/register app.js
 *
 * Switches tracking on before the application loads. Trouble is said once on standard error and never stops the application.
 */
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'

import { visibleLines } from '@runspan/model'

import { loadConfiguration } from './configuration/index.ts'
import { startInstrumentation } from './start-instrumentation.ts'

try {
  if (loadConfiguration().values.enabled) {
    // lets instrumentation libraries patch ES modules
    register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(import.meta.filename))
    startInstrumentation()
  }
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${visibleLines(`runspan: tracking is off: ${reason}`)}\n`)
}
