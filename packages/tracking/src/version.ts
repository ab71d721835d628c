/** Version of this package, used by the instrumentation scope. */
export const VERSION = '0.1.0'
