import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { serverEnvironment, writeConfiguration } from './configuration.ts'
import { EmbeddedError } from './errors.ts'
import { httpQuery } from './http-query.ts'
import { logTail } from './log-tail.ts'
import { nativeHello } from './native-hello.ts'
import { checkOpenFiles } from './open-files.ts'
import { reachableHost } from './ports.ts'
import { spawnServer } from './server-child.ts'
import type { ServerChild } from './server-child.ts'
import { startFailure } from './start-failure.ts'

const CHECK_TIMEOUT_MS = 5000

/** Options of one start. */
export interface LaunchPlan {
  readonly library: string
  readonly dataDir: string
  readonly host: string
  readonly httpPort: number
  readonly tcpPort: number
  readonly password: string
  readonly readerPassword: string
  readonly memoryBytes: number
  readonly peerPorts: readonly number[]
  readonly timeoutMs: number
  /** Whether this process stays alive until the server answers. Afterwards the server never keeps it alive. */
  readonly holdsProcess: boolean
}

/**
 * Starts one server and waits until it answers on both ports. It ends with this process, whose end closes its input.
 * @throws EmbeddedError
 */
export async function launch(plan: LaunchPlan): Promise<ServerChild & { readonly pid: number }> {
  const home = join(plan.dataDir, 'clickhouse')
  const dataPath = join(home, 'data')
  const logFile = join(home, 'server.log')
  const context = { dataDir: plan.dataDir, host: plan.host, logFile }
  let child: ServerChild | undefined
  let startFolder: string | undefined
  const timer = new AbortController()
  try {
    checkOpenFiles()
    mkdirSync(home, { recursive: true, mode: 0o700 })
    mkdirSync(dataPath, { recursive: true, mode: 0o700 })
    const configFile = writeConfiguration(join(home, 'config'))
    startFolder = mkdtempSync(join(home, 'start-'))
    const { library, host, httpPort, tcpPort } = plan
    const environment = serverEnvironment(plan, home)
    child = spawnServer(
      [library, configFile, dataPath, logFile, host, String(httpPort), String(tcpPort)],
      environment,
      startFolder,
    )
    if (!plan.holdsProcess) child.unref()
    await Promise.race([
      child.listening.then(() => becomeReady(plan, String(startFolder))),
      child.failed.then((words) => Promise.reject(startFailure(words, context))),
      delay(plan.timeoutMs, undefined, { signal: timer.signal, ref: plan.holdsProcess }).then(() =>
        Promise.reject(startTimeout(plan.timeoutMs, logFile)),
      ),
    ])
    if (child.pid === undefined) throw new Error('the process has no number')
    child.unref()
    return { ...child, pid: child.pid }
  } catch (error) {
    await child?.stop()
    throw error instanceof EmbeddedError ? error : startFailure(String(error), context, error)
  } finally {
    timer.abort()
    if (startFolder !== undefined) rmSync(startFolder, { recursive: true, force: true })
  }
}

/**
 * Closes the last access to files, creates the database, and checks that our password works on both ports.
 *
 * The engine lets every user read every file by the SQL function `file(path)`, for which no right can be withheld. For any
 * path it asks for the working directory first, and fails if there is none: so the server's is deleted.
 */
async function becomeReady(plan: LaunchPlan, startFolder: string): Promise<void> {
  rmSync(startFolder, { recursive: true })
  const at = { ...plan, host: reachableHost(plan.host), user: 'runspan' }
  await httpQuery(at, 'CREATE DATABASE IF NOT EXISTS runspan', CHECK_TIMEOUT_MS)
  const answer = await nativeHello(at, at.user, at.password, CHECK_TIMEOUT_MS)
  if (answer.kind !== 'welcome') throw new Error(`native port ${plan.tcpPort}: ${answer.text}`)
}

function startTimeout(timeoutMs: number, logFile: string): EmbeddedError {
  return new EmbeddedError(
    'START_TIMEOUT',
    `The embedded ClickHouse did not answer within ${timeoutMs / 1000} s; give it longer (startTimeoutSeconds) ` +
      `if the machine is busy. The end of ${logFile}:\n${logTail(logFile)}`,
  )
}
