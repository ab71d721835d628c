import { loadConfiguration } from '@runspan/configuration'
import { type AlertConfiguration, parseAlerts } from '@runspan/notify'

import type { DataOptions } from './open-data.ts'

/** Alerts and targets as configured, and where the data is. */
export interface AlertSettings extends AlertConfiguration {
  readonly dataDir: string
  /** Of a server of yours. */
  readonly clickhouse: string | null
  /** Path of the configuration file; null without one. */
  readonly file: string | null
}

/**
 * The alerts of a configuration file: the one named, else the one that holds. Throws `ConfigurationError` `INVALID_CONFIGURATION` and
 * `NotifyError`, which names rule, key and what is allowed.
 */
export function readAlertConfiguration(
  options: DataOptions & { readonly config?: string | undefined } = {},
): AlertSettings {
  const { config, data, clickhouse } = options
  const configuration = loadConfiguration({
    given: { dataDir: data, clickhouse },
    givenBy: 'command line',
    ...(config === undefined ? {} : { environment: { ...process.env, RUNSPAN_CONFIG: config } }),
  })
  const { file, values, alerts, targets, locate } = configuration
  const parsed = parseAlerts({ alerts, targets }, file ?? 'no configuration file', { locate })
  return { ...parsed, dataDir: values.dataDir, clickhouse: values.clickhouse, file }
}
