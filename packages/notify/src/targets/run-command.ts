import { spawn } from 'node:child_process'

import { oneLine } from '@runspan/story'

import type { Notice } from '../alerts/state.ts'
import type { CommandTarget } from '../alerts/target.ts'
import type { SendResult } from './send-result.ts'

const TIMEOUT_SECONDS = 30
const KEPT_BYTES = 1024
const LAST_WORDS_MS = 300

/**
 * Starts a program, without a shell, with the notice as JSON on its standard input and its parts in `RUNSPAN_ALERT_*`; never
 * throws.
 */
export function runCommand(
  { command, timeoutSeconds = TIMEOUT_SECONDS }: CommandTarget,
  notice: Notice,
): Promise<SendResult> {
  return new Promise((resolve) => {
    const [program = '', ...args] = command
    let timedOut = false
    let said = ''
    const done = (ok: boolean, detail: string): void => resolve({ ok, detail })
    try {
      const child = spawn(program, args, {
        shell: false,
        stdio: ['pipe', 'ignore', 'pipe'],
        env: { ...process.env, ...variables(notice) },
      })
      const timer = setTimeout(() => {
        timedOut = true
        child.kill('SIGKILL')
        child.stderr.destroy() // its child processes may keep the pipe open
      }, timeoutSeconds * 1000)
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        if (said.length < KEPT_BYTES) said = (said + chunk).slice(0, KEPT_BYTES)
      })
      child.stdin.on('error', () => undefined) // the program may not read its input
      child.stdin.end(`${JSON.stringify(notice)}\n`)
      child.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        done(false, `cannot be started (${error.code ?? 'unknown'})`)
      })
      child.on('exit', (code, signal) => {
        clearTimeout(timer)
        const finish = (): void => {
          child.stderr.destroy()
          if (timedOut) return done(false, `ended after ${timeoutSeconds} s`)
          const words = said.trim() === '' ? '' : `: ${oneLine(said, 300)}`
          done(code === 0, code === null ? `ended by ${signal}` : `exit code ${code}${code === 0 ? '' : words}`)
        }
        // last output may still arrive, and child processes may keep the pipe open
        const late = setTimeout(finish, LAST_WORDS_MS)
        child.on('close', () => {
          clearTimeout(late)
          finish()
        })
      })
    } catch (error) {
      done(false, `cannot be started (${error instanceof Error ? error.name : 'unknown'})`)
    }
  })
}

function variables(notice: Notice): Record<string, string> {
  const { type, rule, severity, condition, workflow, runId, nodeId, message } = notice
  const parts = { TYPE: type, RULE: rule, SEVERITY: severity, CONDITION: condition, MESSAGE: message }
  const where = { WORKFLOW: workflow ?? '', RUN_ID: runId ?? '', NODE_ID: nodeId ?? '' }
  return Object.fromEntries(
    Object.entries({ ...parts, ...where }).map(([name, value]) => [`RUNSPAN_ALERT_${name}`, oneLine(value, 2000)]),
  )
}
