import { markup, type Markup } from '../html/template.ts'

/** Returns the number of concurrent tasks as steps from the ground; the browser scales it to its place. */
export function levelShape(levels: readonly number[], peak: number): Markup {
  const height = 20
  const steps: string[] = []
  let last = 0
  levels.forEach((level, i) => {
    const y = height - (peak === 0 ? 0 : (Math.min(level, peak) / peak) * height)
    if (level !== last) steps.push(`H${i}V${Number(y.toFixed(1))}`)
    last = level
  })
  return markup`<svg class="levels" viewBox="0 0 ${levels.length} ${height}" preserveAspectRatio="none" aria-hidden="true"><path d="M0 ${height}${steps.join('')}H${levels.length}V${height}Z"/></svg>`
}
