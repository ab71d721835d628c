import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The same file whether this code runs from `src` or from `dist`; it is CommonJS, as explained there. */
const PROGRAM = fileURLToPath(new URL('../dist/server-process.cjs', import.meta.url))
const KILL_AFTER_MS = 2000
const KEPT_CHARACTERS = 8192

/** The child process of a server. */
export interface ServerChild {
  /** Undefined if the process could not be created. */
  readonly pid: number | undefined
  /** Resolves when both listeners are open and belong to the child. */
  readonly listening: Promise<void>
  /** Resolves with the output of a child that has ended or could not listen. */
  readonly failed: Promise<string>
  /** Resolves when the process has ended, for any reason. */
  readonly exited: Promise<void>
  /** Returns its last output on standard error. */
  lastWords(): string
  /** Closes its input, which ends it; kills it after two seconds. */
  stop(): Promise<void>
  /** Lets this process end while the child runs. */
  unref(): void
}

/** Starts the server's program; its arguments and environment are documented there. */
export function spawnServer(arguments_: readonly string[], environment: NodeJS.ProcessEnv, cwd: string): ServerChild {
  // Detached, so that Ctrl-C in the terminal reaches only this process; the server ends when its input closes.
  const child = spawn(process.execPath, [PROGRAM, ...arguments_], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    cwd,
    env: environment,
  })
  let words = ''
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => child.pid === undefined && resolve())
  })
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(words.trim() || `(nothing; ended by ${signal ?? `code ${code}`})`))
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      words = (words + part).slice(-KEPT_CHARACTERS)
      // On a terminal the engine continues without a listener it could not open.
      if (/Received exception:[^]*Listen \[.*\n/.test(words)) resolve(words)
    })
  })
  const listening = new Promise<void>((resolve) => {
    let echo = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      echo = (echo + part).slice(-KEPT_CHARACTERS)
      if (echo.includes("SELECT 'listening'")) resolve()
    })
  })
  // It may end before it has read its input: `exited` and `failed` report that.
  child.stdin.on('error', () => child.stdin.destroy())

  return {
    pid: child.pid,
    listening,
    failed,
    exited,
    lastWords: () => words,
    async stop() {
      child.stdin.end()
      const patience = new AbortController()
      const late = delay(KILL_AFTER_MS, true, { signal: patience.signal }).catch(() => false)
      if (await Promise.race([exited, late])) child.kill('SIGKILL')
      await exited
      patience.abort()
    },
    unref() {
      child.unref()
      for (const stream of [child.stdin, child.stdout, child.stderr]) {
        // The pipes of a child are sockets, whatever their declared type says.
        if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
      }
    },
  }
}
