import { NotifyError } from '../errors.ts'

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g

/**
 * Returns a value with `${NAME}` in its texts replaced by that environment variable, so that secrets need not be in a file.
 * `$${NAME}` stays as it is. Throws `ENVIRONMENT_MISSING`, which names the variable and never a value.
 */
export function interpolate(value: unknown, where: string, environment: NodeJS.ProcessEnv = process.env): unknown {
  if (typeof value === 'string') {
    return value
      .split('$${')
      .map((part) =>
        part.replaceAll(VARIABLE, (_, name: string) => {
          const found = environment[name]
          if (found !== undefined && found !== '') return found
          throw new NotifyError(
            'ENVIRONMENT_MISSING',
            `${where} needs the environment variable ${name}, which is not set. Set it before you start Runspan.`,
          )
        }),
      )
      .join('${')
  }
  if (Array.isArray(value)) return value.map((entry: unknown, i) => interpolate(entry, `${where}[${i}]`, environment))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, interpolate(entry, `${where}.${key}`, environment)]),
  )
}
