export {
  checkGiven,
  configurationJsonSchema,
  holdsCredentials,
  IGNORED_FIX,
  ignoredInWords,
  loadConfiguration,
  SETTING_NAMES,
  SETTINGS,
  shownValue,
  TrackingConfig,
} from './configuration/index.ts'
export type {
  Configuration,
  LoadOptions,
  MetricGroup,
  Setting,
  Source,
  TrackingOptions,
  Values,
} from './configuration/index.ts'
export {
  dataDirectory,
  dataDirectoryProblem,
  makeDataDirectory,
  openSpansDirectory,
  spoolDirectory,
} from './data-directory.ts'
export type { DataDirectory } from './data-directory.ts'
export { InstrumentationError } from './errors.ts'
export type { InstrumentationErrorCode } from './errors.ts'
export { noTelemetry } from './no-telemetry.ts'
export { printOnce, printTrackingIsOff } from './print-once.ts'
export { hasRegisteredSdk } from './registered-sdk.ts'
export type { OtlpBackend } from './otlp-out/otlp-transport.ts'
export { startCounting } from './start-counting.ts'
export { checkBackends, startInstrumentation } from './start-instrumentation.ts'
export type { Instrumentation, InstrumentationOptions } from './start-instrumentation.ts'
