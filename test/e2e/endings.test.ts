import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { TaskManager, type WorkflowRun } from 'runspan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/*
 * A program ends in every possible way, with something open. Checks the tables afterwards, and that it ended as it would have
 * without Runspan. The programs run the build.
 */

const PROGRAM = fileURLToPath(new URL('children/ending.mjs', import.meta.url))

/** Half of them by default, all in CI: some take long. */
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'

const HOWS = [
  'exit 0',
  'throw',
  'unhandled rejection',
  'process.exit',
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGKILL',
  'out of memory',
  'blocked',
] as const
const WHATS = ['run', 'task', 'child', 'worker'] as const
type How = (typeof HOWS)[number]
type What = (typeof WHATS)[number]

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
}

async function runProgram(how: How, what: What, env: NodeJS.ProcessEnv): Promise<Ended> {
  const flags = how === 'out of memory' && what !== 'child' ? ['--max-old-space-size=32'] : []
  const child = spawn(process.execPath, [...flags, PROGRAM, how, what], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (how.startsWith('SIG') && output.startsWith('ready')) child.kill(how as NodeJS.Signals)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  // a worker and its parent may print in either order
  return { code, signal, output: output.split('\n').toSorted().join('\n') }
}

const OFTEN: readonly How[] = ['exit 0', 'throw', 'process.exit', 'SIGTERM', 'SIGKILL']
const cases = WHATS.flatMap((what) => HOWS.filter((how) => ALL || OFTEN.includes(how)).map((how) => ({ how, what })))
const ended = new Map<string, { readonly with: Ended; readonly without: Ended }>()
const runs = new Map<string, WorkflowRun>()
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'runspan-endings-'))
  const waiting = [...cases]
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { how, what } = next
      const [recorded, plain] = await Promise.all([
        runProgram(how, what, { RUNSPAN_DATA: directory }),
        runProgram(how, what, { PLAIN: '1' }),
      ])
      ended.set(`${how} ${what}`, { with: recorded, without: plain })
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
  const manager = new TaskManager({ dataDir: directory })
  const { runs: listed } = await manager.listRuns({ workflow: 'ending', limit: 100 })
  for (const { runId } of listed) runs.set(runId, (await manager.getRun(runId))!)
  await manager.close()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('the first look after it knows all of them', () => {
  expect(runs.size).toBe(cases.length)
})

const ERRORS: Partial<Record<How, string>> = {
  'exit 0': 'the process ended before the run did',
  throw: 'thrown on purpose',
  'unhandled rejection': 'rejected on purpose',
  'process.exit': 'the process ended with exit code 3',
  SIGINT: 'SIGINT',
  SIGTERM: 'SIGTERM',
  SIGHUP: 'SIGHUP',
  SIGKILL: 'ended without a word',
  'out of memory': 'ended without a word',
}
const STATUSES: Record<How, string> = {
  'exit 0': 'cancelled',
  throw: 'failed',
  'unhandled rejection': 'failed',
  'process.exit': 'failed',
  SIGINT: 'cancelled',
  SIGTERM: 'cancelled',
  SIGHUP: 'cancelled',
  SIGKILL: 'lost',
  'out of memory': 'lost',
  blocked: 'completed',
}

interface Said {
  readonly status: string
  /** Part of its error or reason. */
  readonly why: string
}

/** Returns the expected status of the run, and of the task that was open in it. */
function expectation(how: How, what: What): { readonly run: Said; readonly task: Said | null } {
  const status = STATUSES[how]
  const why = ERRORS[how] ?? ''
  if (what === 'child') {
    // its parent continues, and ends the run; a child that was only blocked ends with its task open
    const child = how === 'blocked' ? { status: 'cancelled', why: ERRORS['exit 0']! } : { status, why }
    return { run: { status: 'completed', why: '' }, task: child }
  }
  // a signal ends the main thread, and the process before its other threads can record anything; neither can a worker out of
  // memory
  const unheard = what === 'worker' && (how.startsWith('SIG') || how === 'out of memory')
  const run = unheard ? { status: 'lost', why: ERRORS.SIGKILL! } : { status, why }
  if (what === 'run') return { run, task: null }
  // a task that was open in a failed run did not fail itself
  return { run, task: run.status === 'failed' ? { ...run, status: 'cancelled' } : run }
}

function containing({ status, why }: Said): Said {
  return { status, why: expect.stringContaining(why) as string }
}

describe.each(cases)('$how, with a $what open', ({ how, what }) => {
  test('ends as it would have without Runspan', () => {
    const { with: recorded, without } = ended.get(`${how} ${what}`)!
    expect(recorded).toEqual(without)
  })

  test('the tables say how', () => {
    const run = runs.get(`${how} ${what}`)!
    const task = run.tasks.find(({ nodeId }) => nodeId === (what === 'child' ? 'in-child' : 'open')) ?? null
    const said = {
      run: { status: run.status, why: run.error ?? '' },
      task: task === null ? null : { status: task.status, why: task.error?.message ?? task.reason ?? '' },
    }
    const expected = expectation(how, what)
    expect(said).toEqual({ run: containing(expected.run), task: expected.task && containing(expected.task) })
    // the end of a lost run is its last heartbeat
    expect(run.duration).toBeGreaterThan(0.4)
    expect(run.duration).toBeLessThan(25)
  })
})

test('nothing is left behind that tells of open runs', () => {
  const journals = join(directory, 'open')
  expect(existsSync(journals) ? readdirSync(journals) : []).toEqual([])
})
