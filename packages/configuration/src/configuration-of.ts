import { type Configuration, loadConfiguration } from './load-configuration.ts'

/** What a command line says of configuration and data, in place of environment and file. */
export interface GivenPlaces {
  /** Configuration file, in place of the one that `RUNSPAN_CONFIG` names or that is found. */
  readonly config?: string | undefined
  readonly data?: string | undefined
  readonly clickhouse?: string | undefined
  readonly partial?: boolean | undefined
}

/** Returns the configuration with what was given on top. Throws `ConfigurationError` `INVALID_CONFIGURATION`. */
export function configurationOf({ config, data, clickhouse, partial }: GivenPlaces): Configuration {
  return loadConfiguration({
    given: { dataDir: data, clickhouse, partial },
    givenBy: 'command line',
    ...(config === undefined ? {} : { environment: { ...process.env, RUNSPAN_CONFIG: config } }),
  })
}
