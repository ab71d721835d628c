import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { attributes as names } from '@runspan/model'

import { log, textOf } from '../log.ts'
import { isAlive, isSeenHere, ownerOf, writerName } from '../owners/owner.ts'
import { Silence } from '../owners/silence.ts'
import type { Source, Time } from '../rows/source.ts'
import type { Spool } from '../spool.ts'
import { type OpenSpan, openSpansIn } from './journal-line.ts'

/** Silence after which a process of another host or container counts as gone; nothing else shows it. */
const SILENT_MS = 600_000
/** Kept from call to call: `runspan up` calls repeatedly. */
const silence = new Silence()

/** Number of runs and tasks that were ended for processes that have gone. */
export interface Closed {
  readonly runs: number
  readonly tasks: number
}

/**
 * Ends open spans of processes that have gone: as `lost`, at their last heartbeat, into the spool. One process ends each
 * span; if it is killed meanwhile, the next one ends the rest. Never throws: what cannot be read now is left.
 */
export function closeAbandoned(directory: string, spool: Spool): Closed {
  let runs = 0
  let tasks = 0
  for (const name of journalsIn(directory)) {
    try {
      const journal = claim(directory, name)
      if (journal === null) continue
      for (const { span, source } of openSpansIn(journal.text)) {
        addLostSpan(spool, span, source, journal.lastSeenMs, journal.reason)
        if (span.attributes instanceof Object && names.WORKFLOW_TASK_ID in span.attributes) tasks++
        else runs++
      }
      spool.rotate()
      rmSync(journal.path, { force: true })
    } catch (error) {
      log('warn', `runs that a process left open could not be ended: ${textOf(error)}`)
    }
  }
  return { runs, tasks }
}

/** Writes the end of a span for a process that cannot write it any more. */
export function addLostSpan(spool: Spool, span: OpenSpan, source: Source, lastSeenMs: number, reason: string): void {
  const isTask = names.WORKFLOW_TASK_ID in span.attributes
  spool.add('otel_traces', {
    ...span,
    source,
    duration: durationTo(lastSeenMs, span.start),
    traceState: '',
    attributes: {
      ...span.attributes,
      [isTask ? names.WORKFLOW_TASK_STATUS : names.WORKFLOW_RUN_STATUS]: 'lost',
      [isTask ? names.WORKFLOW_TASK_REASON : names.WORKFLOW_RUN_REASON]: reason,
    },
    statusCode: 'Unset',
    statusMessage: '',
    events: [],
    links: [],
  })
}

function durationTo(endMs: number, [seconds, nanoseconds]: Time): number {
  return Math.max(0, Math.round((endMs - seconds * 1000) * 1e6) - nanoseconds)
}

interface Journal {
  readonly path: string
  readonly text: string
  readonly lastSeenMs: number
  readonly reason: string
}

function journalsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log('warn', `${directory} cannot be read: ${textOf(error)}`)
    return []
  }
}

/**
 * Takes over a journal, named `writer`, or `writer~taker` while the taker ends its spans. Returns null unless the last holder
 * is gone and this process has taken it.
 */
function claim(directory: string, name: string): Journal | null {
  const [writer = '', taker] = name.split('~')
  const owner = ownerOf(taker ?? writer)
  const about = ownerOf(writer)
  if (owner === null || about === null) return null
  const stat = statSync(join(directory, name), { throwIfNoEntry: false })
  if (stat === undefined) return null
  const alive = isAlive(owner)
  const silentMs = silence.of(join(directory, name), stat.mtimeMs)
  if (alive === true || (alive === null && silentMs < SILENT_MS)) return null
  const path = join(directory, `${writer}~${writerName()}`)
  try {
    renameSync(join(directory, name), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null // another process was faster
    throw error
  }
  const reason = isSeenHere(about)
    ? `process ${about.pid} ended without a word`
    : `no sign of life from process ${about.pid} on ${about.host}`
  return { path, text: readFileSync(path, 'utf8'), lastSeenMs: stat.mtimeMs, reason }
}
