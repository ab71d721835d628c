import type { ComparedInTime } from '@runspan/analytics'
import type { Json } from '@runspan/model'

import { counted } from '../words/listing.ts'
import { shortText, visible } from '../words/names.ts'
import { difference, duration, percent, signedDuration } from '../words/numbers.ts'
import { type Fact, name, type Prose } from '../words/prose.ts'
import { SAME } from './comparison-figures.ts'
import type { Comparison, ComparedPart } from './comparison.ts'

/** `B took 16.9 s longer (+10 %)`; runs that did not complete are named as what they are. */
export function comparisonTitle(data: Comparison): string {
  const { runs, compared, differenceSeconds } = data
  const others = runs.flatMap(({ letter, story: { run } }) => (run.status === 'completed' ? [] : [ended(letter, run)]))
  if (compared === null || differenceSeconds === null)
    return `${others.join(', ')}: only completed runs are compared in time`
  const rest = others.length === 0 ? '' : `; ${others.join(', ')}`
  const completed = runs.filter(({ story }) => story.run.status === 'completed')
  if (completed.length > 2) {
    const sorted = completed.toSorted((a, b) => a.story.run.durationSeconds - b.story.run.durationSeconds)
    const [fastest, slowest] = [sorted[0]!, sorted.at(-1)!]
    return `${counted(runs.length, 'run')}: ${fastest.letter} was the fastest with ${duration(fastest.story.run.durationSeconds)}, ${slowest.letter} the slowest with ${duration(slowest.story.run.durationSeconds)}${rest}`
  }
  const [base, other] = [runs[compared.first]!, runs[compared.last]!.letter]
  const than = runs.length > 2 || base.letter !== 'A' ? ` than ${base.letter}` : ''
  const share = base.story.run.durationSeconds > 0 ? differenceSeconds / base.story.run.durationSeconds : 0
  if (Math.abs(share) < SAME)
    return `${other} took as long as ${base.letter} (${signedDuration(differenceSeconds)})${rest}`
  const sign = share > 0 ? '+' : '−'
  return `${other} took ${duration(Math.abs(differenceSeconds))} ${share > 0 ? 'longer' : 'less'}${than} (${sign}${percent(Math.abs(share))})${rest}`
}

/** `C failed after 475 ms`. */
function ended(letter: string, { status, durationSeconds }: Comparison['runs'][number]['story']['run']): string {
  const took = duration(durationSeconds)
  switch (status) {
    case 'cancelled':
      return `${letter} was cancelled after ${took}`
    case 'lost':
      return `${letter} was lost after ${took}`
    case 'running':
    case 'pending':
      return `${letter} is ${status} for ${took}`
    default:
      return `${letter} ${status} after ${took}`
  }
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
  if (differenceSeconds === null) return []
  return parts
    .filter(
      (part) =>
        Math.sign(part.differenceSeconds) === Math.sign(differenceSeconds) &&
        Math.abs(part.differenceSeconds) >= 0.1 * Math.abs(differenceSeconds),
    )
    .slice(0, 3)
}

function whatExplains(data: Comparison): Prose | null {
  const { compared } = data
  const [first, ...rest] = explaining(data)
  if (first === undefined || compared === null || Math.abs(data.differenceSeconds ?? 0) < 1e-6) return null
  const [before, after] = mediansOf(first, compared)
  // a task that runs shorter and yet holds the run up for longer is told by what made it so
  const agrees = before !== null && after !== null && Math.sign(after - before) === Math.sign(first.differenceSeconds)
  const far = agrees && before > 0 ? difference(after / before, SAME) : null
  const reason = far === null ? pathReason(first, data) : null
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
  const because = reason === null ? '' : `, ${reason}`
  return [...itself, `${signedDuration(first.differenceSeconds)} on the critical path${because}`, ...others, '.']
}

/** Medians of the part's tasks in the two runs that are compared. */
export function mediansOf(
  { medians }: ComparedPart,
  compared: ComparedInTime,
): readonly [first: number | null, last: number | null] {
  return [medians[compared.first] ?? null, medians[compared.last] ?? null]
}

/** What changed a part of the path if not the task itself: it waited, or lies on the path in one run only; null where neither did. */
export function pathReason(part: ComparedPart, { compared, runs }: Comparison): string | null {
  if (compared === null || part.name === null || part.differenceSeconds === 0) return null
  const [first, last] = [part.pathSeconds[compared.first]!, part.pathSeconds[compared.last]!]
  if (first === 0 || last === 0) return `on it in ${runs[first === 0 ? compared.last : compared.first]!.letter} only`
  const waited = part.waitSeconds[compared.last]! - part.waitSeconds[compared.first]!
  if (Math.abs(waited) < 0.5 * Math.abs(part.differenceSeconds)) return null
  return `as it waited ${duration(Math.abs(waited))} ${waited > 0 ? 'longer' : 'less'}`
}

function whatDoesNot(data: Comparison): Prose | null {
  const { parts, runs } = data
  const whole = data.differenceSeconds ?? 0
  const told = new Set(explaining(data))
  const [against] = parts.filter((part) => !told.has(part) && Math.sign(part.differenceSeconds) === -Math.sign(whole))
  const retries = runs.map(({ story }) => story.chains.reduce((sum, { attempts }) => sum + attempts.length - 1, 0))
  const counts = runs.map(({ story }) => story.chains.length)
  const same = counts.every((number) => number === counts[0])
  const sentence: Prose =
    against === undefined || Math.abs(against.differenceSeconds) < SAME * Math.abs(whole)
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
