import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'

import { streams } from './stream-counter.ts'

/** Key that tells tracking that the process has had children, so that reading their CPU time is worth its 3.5 µs. */
const KEY = Symbol.for('runspan.children')
type Registry = { [KEY]?: true }

let isOn = false

/** Detects child processes, however they are started, and counts the bytes of the pipes to them. */
export function noticeChildProcesses(): void {
  if (isOn) return
  isOn = true
  const prototype = ChildProcess.prototype as unknown as { spawn: (...rest: unknown[]) => unknown }
  const spawn = prototype.spawn
  prototype.spawn = function (this: ChildProcess, ...rest: unknown[]): unknown {
    ;(globalThis as Registry)[KEY] = true
    const result = Reflect.apply(spawn, this, rest)
    for (const stream of this.stdio ?? []) if (stream instanceof Socket) streams().pipes.watch(stream)
    return result
  }
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    const original = childProcess[name] as (...rest: unknown[]) => unknown
    const noticing = function (this: unknown, ...rest: unknown[]): unknown {
      ;(globalThis as Registry)[KEY] = true
      const result = Reflect.apply(original, this, rest)
      streams().pipes.add(outputBytes(result), 0)
      return result
    }
    Object.defineProperty(noticing, 'name', { value: name })
    ;(childProcess as unknown as Record<string, unknown>)[name] = noticing
  }
  syncBuiltinESMExports()
}

/**
 * Returns the bytes of the output of a child that was waited for: the output itself, or the result that contains it.
 */
function outputBytes(result: unknown): number {
  if (typeof result === 'string') return Buffer.byteLength(result)
  if (result instanceof Uint8Array) return result.length
  const { output } = (result ?? {}) as { output?: unknown }
  return Array.isArray(output) ? output.reduce<number>((sum, one) => sum + outputBytes(one), 0) : 0
}
