/*
 * node --import @runspan/instrumentation/register app.js
 *
 * Switches tracking on before the application loads. Trouble is said once on standard error and never stops the application.
 */
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'

import { loadConfiguration, workingDirectory } from './configuration/index.ts'
import { printTrackingIsOff } from './print-once.ts'
import { startInstrumentation } from './start-instrumentation.ts'

try {
  if (loadConfiguration().values.enabled) {
    // lets instrumentation libraries patch ES modules; in a directory that was deleted Node's thread for it never answers
    if (workingDirectory() !== null)
      register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(import.meta.filename))
    startInstrumentation()
  }
} catch (error) {
  printTrackingIsOff(error)
}
