import { NestedSettings } from './nested-schema.ts'
import { SETTING_NAMES, SETTINGS } from './settings.ts'

/** Settings in the section `tracking` of a configuration file. */
export const FILE_SETTINGS: NestedSettings = new NestedSettings(
  new Map(SETTING_NAMES.flatMap((name) => SETTINGS[name].keys.map((key) => [key, SETTINGS[name]] as const))),
)

/** Settings of `TrackingConfig`. */
export const CODE_SETTINGS: NestedSettings = new NestedSettings(
  new Map(SETTING_NAMES.map((name) => [SETTINGS[name].option, SETTINGS[name]] as const)),
)
