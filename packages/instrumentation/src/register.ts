/*
 * node --import @runspan/instrumentation/register app.js
 *
 * Enables tracking before the application loads. A failure is printed once on standard error and never stops the application.
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

/** Lets instrumentation libraries patch ES modules. Node.js starts a thread for this. */
function hookModules(): void {
  if (workingDirectory() === null) return // in a deleted directory the thread never answers
  try {
    register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(import.meta.filename))
  } catch (error) {
    printOnce(`libraries that are ES modules are not instrumented: ${failureReason(error)}`)
  }
}
