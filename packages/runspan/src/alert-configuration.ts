import { type Configuration, loadConfiguration } from '@runspan/configuration'
import { type AlertConfiguration, parseAlerts } from '@runspan/notify'
import type { DataOptions } from '@runspan/workspace'

/** Returns the alerts and targets of a configuration. Throws `NotifyError`, which names rule, key and what is allowed. */
export function alertsIn({ alerts, targets, file, locate }: Configuration): AlertConfiguration {
  return parseAlerts({ alerts, targets }, file ?? 'no configuration file', { locate })
}

/** Returns the configuration of a file that is named, else the one that holds. Throws `ConfigurationError` `INVALID_CONFIGURATION`. */
export function configurationIn({
  config,
  data,
  clickhouse,
}: DataOptions & { readonly config?: string | undefined }): Configuration {
  return loadConfiguration({
    given: { dataDir: data, clickhouse },
    givenBy: 'command line',
    ...(config === undefined ? {} : { environment: { ...process.env, RUNSPAN_CONFIG: config } }),
  })
}
