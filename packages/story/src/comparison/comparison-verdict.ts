import { comparedInTime, type ComparedInTime } from '@runspan/analytics'
import { type Json, visible } from '@runspan/model'

import { runClause, type ToldRun } from '../run/run-clause.ts'
import { counted } from '../words/listing.ts'
import { shortText } from '../words/names.ts'
import { type Fact, far, name, type Prose, say, share, signedTime, time } from '../words/prose.ts'
import { MINUS } from '../words/signs.ts'
import { SAME } from './comparison-figures.ts'
import type { Comparison, ComparedPart } from './comparison.ts'

/** The fields of a compared run that its first sentence needs. */
export interface LetteredRun {
  readonly letter: string
  readonly run: Pick<ToldRun, 'status' | 'endTime'> & { readonly durationSeconds: number }
}

/** Returns `B took 16.9 s longer (+10 %)`; runs that did not complete are named with their status. */
export function comparisonTitle(runs: readonly LetteredRun[]): Prose {
  const compared = comparedInTime(runs.map(({ run }) => run.status))
  const completed = runs.filter(({ run }) => run.status === 'completed')
  const others = joined(
    runs.flatMap(({ letter, run }) => (run.status === 'completed' ? [] : [say`${letter} ${runClause(run)}`])),
    ', ',
  )
  if (compared === null) return say`${others}; only completed runs are compared in time`
  const rest = others.length === 0 ? [] : say`; ${others}`
  if (completed.length > 2) {
    const sorted = completed.toSorted((a, b) => a.run.durationSeconds - b.run.durationSeconds)
    const [fastest, slowest] = [sorted[0]!, sorted.at(-1)!]
    return say`${counted(runs.length, 'run')}: ${fastest.letter} was the fastest with ${time(fastest.run.durationSeconds)}, ${slowest.letter} the slowest with ${time(slowest.run.durationSeconds)}${rest}`
  }
  const [base, other] = [runs[compared.first]!, runs[compared.last]!]
  const seconds = other.run.durationSeconds - base.run.durationSeconds
  const part = base.run.durationSeconds > 0 ? seconds / base.run.durationSeconds : 0
  if (Math.abs(part) < SAME) return say`${other.letter} took as long as ${base.letter} (${signedTime(seconds)})${rest}`
  const than = runs.length > 2 || base.letter !== 'A' ? ` than ${base.letter}` : ''
  const sign = part > 0 ? '+' : MINUS
  return say`${other.letter} took ${time(Math.abs(seconds))} ${part > 0 ? 'longer' : 'less'}${than} (${sign}${share(Math.abs(part))})${rest}`
}

function joined(parts: readonly Prose[], between: string): Prose {
  return parts.flatMap((part, i): Prose => (i === 0 ? part : [between, ...part]))
}

/** Returns what explains the difference, what does not, and what else differs. */
export function comparisonFacts(data: Comparison): Fact[] {
  const rows: [string, Prose | null][] = [
    ['What explains it', whatExplains(data)],
    ['What does not', whatDoesNot(data)],
    ['What differs', whatDiffers(data)],
  ]
  return rows.flatMap(([label, prose]) => (prose === null ? [] : [{ label, short: label.toLowerCase(), prose }]))
}

function partName({ name: label }: ComparedPart): Prose {
  return label === null ? ['the time after the last task'] : [name(label)]
}

/** Returns the parts that change in the direction of the whole, and are at least a tenth of it. */
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
  // a task that runs shorter but delays the run more is explained by the reason for that
  const agrees = before !== null && after !== null && Math.sign(after - before) === Math.sign(first.differenceSeconds)
  const change = agrees && before > 0 ? far(after / before, SAME) : null
  const reason = change === null ? pathReason(first, data) : null
  const itself =
    before !== null && after !== null && change !== null
      ? say`${{ strong: say`${partName(first)} takes ${change} ${after > before ? 'longer' : 'less'}` }} (${time(before)} → ${time(after)}${first.tasks > 1 ? ` at the median of ${first.tasks}` : ''}): `
      : say`${{ strong: partName(first) }}: `
  const others = rest.flatMap((part) => say`; ${partName(part)} ${signedTime(part.differenceSeconds)}`)
  const because = reason === null ? [] : say`, ${reason}`
  return say`${itself}${signedTime(first.differenceSeconds)} on the critical path${because}${others}.`
}

/** Returns medians of the part's tasks in the two compared runs. */
export function mediansOf(
  { medians }: ComparedPart,
  compared: ComparedInTime,
): readonly [first: number | null, last: number | null] {
  return [medians[compared.first] ?? null, medians[compared.last] ?? null]
}

/**
 * Returns what changed a part of the path if not the task itself: it waited, or is on the path in one run only; null if
 * neither.
 */
export function pathReason(part: ComparedPart, { compared, runs }: Comparison): Prose | null {
  if (compared === null || part.name === null || part.differenceSeconds === 0) return null
  const [first, last] = [part.pathSeconds[compared.first]!, part.pathSeconds[compared.last]!]
  if (first === 0 || last === 0) return onlyOnPathIn(runs[first === 0 ? compared.last : compared.first]!.letter)
  const waited = part.waitSeconds[compared.last]! - part.waitSeconds[compared.first]!
  return Math.abs(waited) < 0.5 * Math.abs(part.differenceSeconds) ? null : waitedWords(waited)
}

/** Returns why a task's part of the path changed: it is on the path in one run only. */
export function onlyOnPathIn(letter: string): Prose {
  return [`as it lies on the path in ${letter} only`]
}

/** Returns why a task's part of the path changed: it waited longer, or less. */
export function waitedWords(differenceSeconds: number): Prose {
  return say`as it waited ${time(Math.abs(differenceSeconds))} ${differenceSeconds > 0 ? 'longer' : 'less'}`
}

function whatDoesNot(data: Comparison): Prose | null {
  const { parts, runs } = data
  const whole = data.differenceSeconds ?? 0
  const told = new Set(explaining(data))
  const [against] = parts.filter((part) => !told.has(part) && Math.sign(part.differenceSeconds) === -Math.sign(whole))
  const retries = runs.map(({ story }) => story.chains.reduce((sum, { attempts }) => sum + attempts.length - 1, 0))
  const counts = runs.map(({ story }) => story.chains.length)
  const same = counts.every((number) => number === counts[0])
  const sentence =
    against === undefined || Math.abs(against.differenceSeconds) < SAME * Math.abs(whole)
      ? []
      : say`${partName(against)} goes the other way by ${time(Math.abs(against.differenceSeconds))}. `
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
