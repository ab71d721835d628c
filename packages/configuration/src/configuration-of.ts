import { type Configuration, loadConfiguration } from './load-configuration.ts'

/** Values of a command line that replace those of environment and file. */
export interface GivenPlaces {
  /** Configuration file that replaces `RUNSPAN_CONFIG` and the one found. */
  readonly config?: string | undefined
  readonly data?: string | undefined
  readonly clickhouse?: string | undefined
  readonly partial?: boolean | undefined
}

/** Returns the configuration, overridden by the given values. Throws `ConfigurationError` `INVALID_CONFIGURATION`. */
export function configurationOf({ config, data, clickhouse, partial }: GivenPlaces): Configuration {
  return loadConfiguration({
    given: { dataDir: data, clickhouse, partial },
    givenBy: 'command line',
    ...(config === undefined ? {} : { environment: { ...process.env, RUNSPAN_CONFIG: config } }),
  })
}
