import { secondsBetween, type ErrorSeen } from '@runspan/analytics'
import type { TaskRow } from '@runspan/model'

import type { RunStory } from './run-story.ts'

/** Errors of a run that differ only in numbers and ids. */
export interface ErrorKind {
  readonly type: string
  /** Message of the first of them. */
  readonly message: string
  readonly attempts: readonly TaskRow[]
  readonly nodes: readonly string[]
  /** True if every task that had it completed later. */
  readonly recovered: boolean
  /** Seconds from the run's start to the end of the first and of the last attempt. */
  readonly first: number
  readonly last: number
  readonly stack: string | null
  readonly seen: ErrorSeen | null
}

const NOISE = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /0x[0-9a-f]+/gi,
  /\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi,
  /\d+(?:\.\d+)?/g,
]

/** Returns a message without its variable parts. */
export function normalised(message: string): string {
  return NOISE.reduce((text, pattern) => text.replaceAll(pattern, '#'), message.slice(0, 2000))
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Returns errors by kind: those that permanently failed a task first, then by number of attempts. */
export function errorKinds({ run, chains, document: { seen } }: RunStory): ErrorKind[] {
  const kinds = new Map<string, { attempts: TaskRow[]; nodes: Set<string>; recovered: boolean }>()
  for (const chain of chains) {
    for (const attempt of chain.attempts) {
      if (attempt.error === null) continue
      const key = `${attempt.error.type}\n${normalised(attempt.error.message)}`
      const kind = kinds.get(key) ?? { attempts: [], nodes: new Set<string>(), recovered: true }
      kind.attempts.push(attempt)
      kind.nodes.add(attempt.nodeId)
      kind.recovered &&= chain.status === 'completed'
      kinds.set(key, kind)
    }
  }
  return [...kinds.values()]
    .map(({ attempts, nodes, recovered }): ErrorKind => {
      const { type, message } = attempts[0]!.error!
      const ends = attempts.map(
        ({ startTime, durationSeconds }) => secondsBetween(run.startTime, startTime) + (durationSeconds ?? 0),
      )
      return {
        type,
        message,
        attempts,
        nodes: [...nodes],
        recovered,
        first: Math.min(...ends),
        last: Math.max(...ends),
        stack: attempts.find(({ error }) => error!.stack !== null)?.error?.stack ?? null,
        seen: seen.find((known) => known.type === type && normalised(known.message) === normalised(message)) ?? null,
      }
    })
    .toSorted((a, b) => Number(a.recovered) - Number(b.recovered) || b.attempts.length - a.attempts.length)
}
