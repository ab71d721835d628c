import { readFileSync } from 'node:fs'

import { ReportError } from './errors.ts'

let script: string | undefined

/** The program that makes a dashboard's charts alive: built beside this package's own code, from `src` and from `dist` alike. */
export function dashboardScript(): string {
  const file = new URL('../dist/browser/dashboard.js', import.meta.url)
  try {
    script ??= readFileSync(file, 'utf8').replaceAll('</script', String.raw`<\/script`)
    return script
  } catch (error) {
    throw new ReportError('NOT_BUILT', `${file.pathname} is missing: build the package with "npm run build".`, error)
  }
}
