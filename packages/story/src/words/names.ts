import { visible } from '@runspan/model'

export { visible }

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** A name of at most so many characters loses its middle, never its end: `reconcile-with-t…[2026-10]`. */
export function shortName(name: string, characters: number): string {
  const text = visible(name)
  if (text.length <= characters) return text
  const segments = [...segmenter.segment(text)].map(({ segment }) => segment)
  if (segments.length <= characters) return text
  const bracket = /\[[^\]]*\]$/.exec(text)?.[0].length ?? 0
  const tail = Math.min(Math.max(bracket, Math.floor((characters - 1) / 2)), characters - 4)
  return `${segments.slice(0, characters - 1 - tail).join('')}…${segments.slice(-tail).join('')}`
}

/** Prose of at most so many characters is cut at its end. */
export function shortText(text: string, characters: number): string {
  const shown = visible(text)
  if (shown.length <= characters) return shown
  return `${[...shown]
    .slice(0, characters - 1)
    .join('')
    .trimEnd()}…`
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** As much of a run's id as a person types: of a UUIDv7 its time. */
export function shortRunId(runId: string): string {
  return UUID.test(runId) ? runId.slice(0, 13) : shortName(runId, 32)
}
