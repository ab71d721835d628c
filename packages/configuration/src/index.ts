export { configurationOf } from './configuration-of.ts'
export type { GivenPlaces } from './configuration-of.ts'
export { configurationJsonSchema } from './json-schema.ts'
export { IGNORED_FIX, ignoredInWords } from './print-ignored.ts'
export { checkGiven, loadConfiguration, workingDirectory } from './load-configuration.ts'
export type { Configuration, LoadOptions, Source } from './load-configuration.ts'
export { SETTING_NAMES, SETTINGS } from './settings.ts'
export type { MetricGroup, Setting, Values } from './settings.ts'
export { holdsCredentials, shownValue } from './shown-value.ts'
export { TrackingConfig } from './tracking-config.ts'
export type { TrackingOptions } from './tracking-config.ts'
export {
  dataDirectory,
  dataDirectoryProblem,
  makeDataDirectory,
  openSpansDirectory,
  spoolDirectory,
} from './data-directory.ts'
export type { DataDirectory } from './data-directory.ts'
export { ConfigurationError } from './errors.ts'
export type { ConfigurationErrorCode } from './errors.ts'
export { failureReason } from './failure-reason.ts'
export { invalidConfiguration } from './nested-schema.ts'
export { printOnce, printTrackingIsOff } from './print-once.ts'
export { upwards } from './upwards.ts'
