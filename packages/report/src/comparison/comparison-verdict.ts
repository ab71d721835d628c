import type { Json } from '@runspan/model'

import { counted } from '../words/listing.ts'
import { shortText, visible } from '../words/names.ts'
import { difference, duration, percent, signedDuration } from '../words/numbers.ts'
import { type Fact, name, type Prose } from '../words/prose.ts'
import { SAME } from './comparison-figures.ts'
import type { Comparison, ComparedPart } from './comparison.ts'

/** `B took 16.9 s longer (+10 %)`. */
export function comparisonTitle({ runs, differenceSeconds }: Comparison): string {
  const first = runs[0]!.story.run.durationSeconds
  if (runs.length > 2) {
    const sorted = runs.toSorted((a, b) => a.story.run.durationSeconds - b.story.run.durationSeconds)
    const [fastest, slowest] = [sorted[0]!, sorted.at(-1)!]
    return `${counted(runs.length, 'run')}: ${fastest.letter} was the fastest with ${duration(fastest.story.run.durationSeconds)}, ${slowest.letter} the slowest with ${duration(slowest.story.run.durationSeconds)}`
  }
  const share = first > 0 ? differenceSeconds / first : 0
  if (Math.abs(share) < SAME) return `B took as long as A (${signedDuration(differenceSeconds)})`
  const sign = share > 0 ? '+' : '−'
  return `B took ${duration(Math.abs(differenceSeconds))} ${share > 0 ? 'longer' : 'less'} (${sign}${percent(Math.abs(share))})`
}

/** What explains the difference, what does not, and what differs besides. */
export function comparisonFacts(data: Comparison): Fact[] {
  const rows: [string, Prose | null][] = [
    ['What explains it', whatExplains(data)],
    ['What does not', whatDoesNot(data)],
    ['What differs', whatDiffers(data)],
  ]
  return rows.flatMap(([label, prose]) => (prose === null ? [] : [{ label, prose }]))
}

function partName({ name: label }: ComparedPart): Prose {
  return label === null ? ['the time after the last task'] : [name(label)]
}

/** Parts that go the way of the whole and make a tenth of it at least. */
function explaining({ parts, differenceSeconds }: Comparison): ComparedPart[] {
  return parts
    .filter(
      (part) =>
        Math.sign(part.differenceSeconds) === Math.sign(differenceSeconds) &&
        Math.abs(part.differenceSeconds) >= 0.1 * Math.abs(differenceSeconds),
    )
    .slice(0, 3)
}

function whatExplains(data: Comparison): Prose | null {
  const [first, ...rest] = explaining(data)
  if (first === undefined || Math.abs(data.differenceSeconds) < 1e-6) return null
  const [before, after] = [first.medians[0] ?? null, first.medians.at(-1) ?? null]
  const far = before !== null && after !== null && before > 0 ? difference(after / before, SAME) : null
  const itself: Prose =
    before !== null && after !== null && far !== null
      ? [
          { strong: [...partName(first), ` takes ${far} ${after > before ? 'longer' : 'less'}`] },
          ` (${duration(before)} → ${duration(after)}${first.tasks > 1 ? ` at the median of ${first.tasks}` : ''}): `,
        ]
      : [{ strong: partName(first) }, ': ']
  const others: Prose = rest.flatMap((part): Prose => [
    '; ',
    ...partName(part),
    ` ${signedDuration(part.differenceSeconds)}`,
  ])
  return [...itself, `${signedDuration(first.differenceSeconds)} on the critical path`, ...others, '.']
}

function whatDoesNot(data: Comparison): Prose | null {
  const { parts, runs } = data
  const told = new Set(explaining(data))
  const [against] = parts.filter(
    (part) => !told.has(part) && Math.sign(part.differenceSeconds) === -Math.sign(data.differenceSeconds),
  )
  const retries = runs.map(({ story }) => story.chains.reduce((sum, { attempts }) => sum + attempts.length - 1, 0))
  const counts = runs.map(({ story }) => story.chains.length)
  const same = counts.every((number) => number === counts[0])
  const sentence: Prose =
    against === undefined || Math.abs(against.differenceSeconds) < SAME * Math.abs(data.differenceSeconds)
      ? []
      : [...partName(against), ` goes the other way by ${duration(Math.abs(against.differenceSeconds))}. `]
  return [
    ...sentence,
    same ? `The same number of tasks, ${counts[0]}; ` : `${counts.join(' and ')} tasks; `,
    retries.every((number) => number === 0) ? 'no retries.' : `${retries.join(' and ')} retries.`,
  ]
}

function whatDiffers({ runs }: Comparison): Prose | null {
  const facts: Prose[] = []
  const differs = (label: string, value: (run: Comparison['runs'][number]) => string | null): void => {
    const values = runs.map(value)
    if (new Set(values).size < 2) return
    facts.push([
      `${label} `,
      ...values.flatMap((text, i): Prose => [i === 0 ? '' : ' and ', text === null ? 'none' : name(text)]),
    ])
  }
  differs('Version', ({ story }) => story.run.version)
  differs('Status', ({ story }) => story.run.status)
  differs('Trigger', ({ story }) => story.run.trigger)
  differs('Workflow', ({ story }) => story.run.workflow)
  for (const key of new Set(runs.flatMap(({ story }) => Object.keys(story.run.metadata)).slice(0, 20))) {
    differs(visible(key), ({ story }) => (key in story.run.metadata ? shownJson(story.run.metadata[key]!) : null))
  }
  if (facts.length === 0) return ['Nothing that is recorded beside the tasks.']
  return [...facts.slice(0, 6).flatMap((fact, i): Prose => (i === 0 ? fact : ['; ', ...fact])), '.']
}

function shownJson(value: Json): string {
  return shortText(typeof value === 'string' ? value : JSON.stringify(value), 60)
}
