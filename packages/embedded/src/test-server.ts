import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { describe, onTestFinished } from 'vitest'

import { currentPlatform, enginePackage, locateEngine } from './engine.ts'
import { EmbeddedError } from './errors.ts'
import type { EmbeddedConnection } from './index.ts'
import { processStart } from './process-identity.ts'

const missing = missingEngine()
const runSuiteIf = describe.runIf

/** A suite that needs a real server; its title ends in `needsEngine`. */
export const describeWithEngine: ReturnType<(typeof describe)['runIf']> = runSuiteIf(missing === null)

/** Why a suite is skipped, if it is. */
export const needsEngine: string = missing === null ? '' : ` (skipped: needs ${missing})`

function missingEngine(): string | null {
  try {
    locateEngine()
    return null
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error
    return error.code === 'ENGINE_NOT_INSTALLED' ? enginePackage(currentPlatform()) : error.message
  }
}

/** Returns a new data directory; the caller removes it. */
export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'runspan-embedded-'))
}

/** Returns a data directory for one test, which is removed after it. */
export function testDataDir(): string {
  const dataDir = newDataDir()
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

/** An answer over HTTP. */
export interface Answer {
  readonly ok: boolean
  readonly text: string
  /** ClickHouse's error number. */
  readonly errorNumber: number | null
}

/** Sends a query over HTTP with only the given headers; 0 rows are the empty text. */
export async function ask(
  server: Pick<EmbeddedConnection, 'url'>,
  sql: string,
  headers: Record<string, string>,
  parameters: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/?${new URLSearchParams(parameters)}`, {
    method: 'POST',
    body: sql,
    headers: { connection: 'close', ...headers },
  })
  const text = (await response.text()).trim()
  const number = /Code: (\d+)/.exec(text)?.[1]
  return { ok: response.ok, text, errorNumber: number === undefined ? null : Number(number) }
}

/** Returns headers that log in as the owner. */
export function asOwner(server: EmbeddedConnection): Record<string, string> {
  return { 'X-ClickHouse-User': server.user, 'X-ClickHouse-Key': server.password }
}

/** Returns headers that log in as the reader. */
export function asReader(server: EmbeddedConnection): Record<string, string> {
  return { 'X-ClickHouse-User': server.readerUser, 'X-ClickHouse-Key': server.readerPassword }
}

/** Runs a query as the owner and returns its text; throws the server's error. */
export async function query(server: EmbeddedConnection, sql: string): Promise<string> {
  const answer = await ask(server, sql, asOwner(server))
  if (!answer.ok) throw new Error(answer.text)
  return answer.text
}

/** Another Node process that runs some lines with this package's built code, and prints JSON lines. */
export interface OtherProcess {
  readonly child: ChildProcess
  /** Returns the next line it prints, as JSON. */
  next(): Promise<unknown>
  readonly exited: Promise<number | null>
}

/** Starts another process that owns or joins servers like a user's program. */
export function otherProcess(code: string, ...parameters: string[]): OtherProcess {
  const library = fileURLToPath(new URL('../dist/index.js', import.meta.url))
  const program = `import { findEmbedded, startEmbedded } from ${JSON.stringify(library)}
    const parameters = process.argv.slice(1)
    const print = (value) => process.stdout.write(JSON.stringify(value) + '\\n')
    ${code}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...parameters], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: unknown[] = []
  const waiting: ((line: unknown) => void)[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const parts = (rest + part).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) {
      const value = JSON.parse(line) as unknown
      const waiter = waiting.shift()
      if (waiter === undefined) lines.push(value)
      else waiter(value)
    }
  })
  return {
    child,
    next: () => new Promise((resolve) => (lines.length > 0 ? resolve(lines.shift()) : waiting.push(resolve))),
    exited: new Promise((resolve) => child.once('exit', resolve)),
  }
}

/** Returns whether a process with this number runs. One that has ended and waits for its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await processStart(pid)) !== null
}

/** Waits until a condition is true; throws after a minute. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now()
  while (!(await isSo())) {
    if (performance.now() - start > 60_000) throw new Error('not so after a minute')
    await delay(10)
  }
}
