import { readFileSync } from 'node:fs'

import { ReportError } from './errors.ts'

let script: string | undefined

/**
 * Returns the program for a dashboard's interactive charts: built next to this package's own code, for `src` and `dist`.
 */
export function dashboardScript(): string {
  const file = new URL('../dist/browser/dashboard.js', import.meta.url)
  try {
    script ??= readFileSync(file, 'utf8').replaceAll('</script', String.raw`<\/script`)
    return script
  } catch (error) {
    throw new ReportError('NOT_BUILT', `${file.pathname} is missing: build the package with "npm run build".`, error)
  }
}
