/*
 * node --import @runspan/instrumentation/register app.js
 *
 * Switches tracking on before the application loads. Trouble is said once on standard error and never stops the application.
 */
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'

import {
  loadConfiguration,
  workingDirectory,
  failureReason,
  printOnce,
  printTrackingIsOff,
} from '@runspan/configuration'

import { startInstrumentation } from './start-instrumentation.ts'

try {
  const configuration = loadConfiguration()
  if (configuration.values.enabled) {
    hookModules()
    startInstrumentation({ configuration })
  }
} catch (error) {
  printTrackingIsOff(error)
}

/** Lets instrumentation libraries patch ES modules, for which Node.js starts a thread. */
function hookModules(): void {
  if (workingDirectory() === null) return // the thread never answers in a directory that was deleted
  try {
    register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(import.meta.filename))
  } catch (error) {
    printOnce(`libraries that are ES modules are not instrumented: ${failureReason(error)}`)
  }
}
