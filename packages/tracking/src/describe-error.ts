import type { TaskError } from '@runspan/model'

import { boundedJson } from './bounded-json.ts'
import { cleanText, NAME_LENGTH, REASON_LENGTH } from './clean-text.ts'
import { countLoss } from './losses.ts'

/** Maximum length of a recorded error message, in UTF-16 units. */
const MESSAGE_LENGTH = 32 * 1024
/** Maximum length of a recorded stack with its causes, in UTF-16 units. */
const STACK_LENGTH = 64 * 1024

const MOST_CAUSES = 10
const THING_BYTES = 2048

/** Returns the recorded form of any thrown value; never throws. */
export function describeError(thrown: unknown): TaskError {
  if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) return describePrimitive(thrown)
  try {
    return describeObject(thrown)
  } catch (error) {
    countLoss('error-not-described', 'a thrown value threw again when it was looked at', error)
    return { type: 'Error', message: 'what was thrown cannot be described', stack: null }
  }
}

/** Returns whether a thrown value calls itself an AbortError; never throws. */
export function isAbortError(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && read(thrown, 'name') === 'AbortError'
}

function describeObject(thrown: object): TaskError {
  const message = read(thrown, 'message')
  const stack = stackWithCauses(thrown)
  return {
    type: typeOf(thrown),
    message: cleanText(typeof message === 'string' ? message : describeThing(thrown), MESSAGE_LENGTH),
    stack: stack === '' ? null : cleanText(stack, STACK_LENGTH),
  }
}

/** Returns a short text for the reason of a cancellation or skip; never throws. */
export function describeReason(reason: unknown, otherwise: string): string {
  if (reason === undefined || reason === null || reason === '') return otherwise
  return cleanText(describeError(reason).message, REASON_LENGTH) || otherwise
}

function describePrimitive(thrown: unknown): TaskError {
  const type = thrown === null ? 'null' : typeof thrown
  const text = cleanText(String(thrown), MESSAGE_LENGTH)
  const message = thrown === undefined || thrown === null ? `${type} was thrown` : text || 'an empty string was thrown'
  return { type, message, stack: null }
}

/** Returns the class name; `Error` if it is unknown. */
function typeOf(thrown: object): string {
  const name = read(thrown, 'name')
  if (typeof thrown === 'function') return 'function'
  if (typeof name === 'string' && name !== '' && name !== 'Error') return cleanText(name, NAME_LENGTH) || 'Error'
  const constructor = read(thrown, 'constructor')
  const className = typeof constructor === 'function' ? read(constructor, 'name') : undefined
  if (typeof className === 'string' && className !== '') return cleanText(className, NAME_LENGTH) || 'Error'
  return 'Error'
}

function describeThing(thrown: object): string {
  if (typeof thrown === 'function') return `function ${String(read(thrown, 'name'))} was thrown`
  return boundedJson(thrown, THING_BYTES).json
}

/** Returns the stack, then the stacks of its causes and of an AggregateError's members, each once. */
function stackWithCauses(thrown: object): string {
  const seen = new Set<unknown>()
  const parts: string[] = []
  const add = (value: unknown, heading: string): void => {
    if (value === undefined || value === null || seen.has(value) || seen.size >= MOST_CAUSES) return
    seen.add(value)
    const stack = typeof value === 'object' ? read(value, 'stack') : undefined
    if (typeof stack === 'string' && stack !== '') parts.push(heading + stack)
    else if (heading !== '') parts.push(heading + describeShortly(value))
    if (typeof value !== 'object') return
    const members = read(value, 'errors')
    if (Array.isArray(members)) {
      for (let index = 0; index < Math.min(members.length, MOST_CAUSES); index++) {
        add(read(members, String(index)), `[error ${index + 1} of ${members.length}] `)
      }
    }
    add(read(value, 'cause'), '[cause] ')
  }
  add(thrown, '')
  return parts.join('\n')
}

function describeShortly(value: unknown): string {
  if (typeof value !== 'object' || value === null) return cleanText(String(value), 1000)
  const message = read(value, 'message')
  return `${typeOf(value)}: ${typeof message === 'string' ? message : describeThing(value)}`
}

/**
 * Returns a property; undefined if reading it throws. Thrown values may be hostile, and describing them must not fail.
 */
function read(from: object, key: string): unknown {
  try {
    return (from as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}
