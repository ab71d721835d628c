import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'

import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api'
import { expect, onTestFinished, test, vi } from 'vitest'

import { type Loss, readLosses } from './losses.ts'
import { readFrames } from './segments/frame.ts'
import { Sender } from './sending/sender.ts'
import { filesOf, MemoryServer, testDirectory, testLog, testSpan } from './spool-for-test.ts'
import { Spool } from './spool.ts'

/** Returns the messages of `diag` from now on. */
function listen(): string[] {
  const said: string[] = []
  const hear = (message: string): void => void said.push(message)
  const logger: DiagLogger = { error: hear, warn: hear, info: hear, debug: hear, verbose: hear }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  onTestFinished(() => diag.disable())
  return said
}

function spoolIn(directory: string, maxBytes?: number): Spool {
  const spool = new Spool({ directory, ...(maxBytes === undefined ? {} : { maxBytes }) })
  onTestFinished(() => spool.close())
  return spool
}

function rowsIn(directory: string): number {
  let rows = 0
  for (const name of readdirSync(directory)) {
    if (!/\.(open|segment)$/.test(name)) continue
    for (const frame of readFrames(readFileSync(join(directory, name))).frames) rows += frame.rows
  }
  return rows
}

const sum = (losses: readonly Loss[], reason: string): number =>
  losses.filter((loss) => loss.reason === reason).reduce((rows, loss) => rows + loss.rows, 0)

const openDescriptors = (directory: string): number =>
  readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${descriptor}`).length > 0 && realPath(descriptor).startsWith(directory)
    } catch {
      return false // closed meanwhile
    }
  }).length
const realPath = (descriptor: string): string =>
  execFileSync('/bin/readlink', [`/proc/${process.pid}/fd/${descriptor}`], { encoding: 'utf8' })

test('records are on disk after the turn in which they came, and with the sender after a second', async () => {
  const directory = testDirectory()
  const spool = spoolIn(directory)
  spool.add('otel_traces', testSpan('1'))
  expect(rowsIn(directory)).toBe(0)
  await turn()
  await turn()
  expect(rowsIn(directory)).toBe(1)
  expect(filesOf(directory, '.open')).toHaveLength(1)
  await delay(1500)
  expect(filesOf(directory, '.open')).toHaveLength(0)
  expect(filesOf(directory, '.segment')).toHaveLength(1)
})

test('a full spool counts losses, logs once, throws nothing, and resumes when there is space', async () => {
  const said = listen()
  const directory = testDirectory()
  const spool = spoolIn(directory, 3000)
  for (let i = 0; i < 20; i++) {
    spool.add('otel_traces', testSpan(String(i)))
    spool.rotate()
  }
  const kept = rowsIn(directory)
  expect(kept).toBeGreaterThan(0)
  expect(spool.losses.counts.get('spool full')?.rows).toBe(20 - kept)
  expect(said.filter((text) => text.includes('spool full'))).toHaveLength(1)

  const server = new MemoryServer()
  expect(await new Sender({ directory, target: server }).send()).toMatchObject({ rows: kept, done: true })
  spool.add('otel_traces', testSpan('room again'))
  spool.rotate()
  expect(rowsIn(directory)).toBe(1)
  spool.close()
  expect(sum(readLosses(directory), 'spool full')).toBe(20 - kept)
})

test('a deleted directory costs what lay in it, counted, and is made again', () => {
  const said = listen()
  const directory = join(testDirectory(), 'spool')
  const spool = spoolIn(directory)
  spool.add('otel_traces', testSpan('1'))
  spool.add('otel_traces', testSpan('2'))
  spool.flush()
  rmSync(directory, { recursive: true })
  spool.rotate()
  expect(spool.losses.counts.get('not writable')?.rows).toBe(2)
  spool.add('otel_traces', testSpan('3'))
  spool.rotate()
  expect(rowsIn(directory)).toBe(1)
  expect(said.filter((text) => text.includes('not writable'))).toHaveLength(1)
  expect(openDescriptors(directory)).toBe(0)
})

test('if the directory cannot be created nothing is thrown, no descriptor stays open, and recording resumes later', () => {
  const said = listen()
  const directory = join(testDirectory(), 'spool')
  const spool = spoolIn(directory)
  renameSync(directory, `${directory}.away`)
  writeFileSync(directory, 'a file in its place')
  for (let i = 0; i < 50; i++) {
    spool.add('otel_traces', testSpan(String(i)))
    spool.add('otel_logs', testLog(String(i)))
    spool.flush()
  }
  expect(spool.losses.counts.get('not writable')?.rows).toBe(100)
  expect(said.filter((text) => text.includes('not writable'))).toHaveLength(1)
  expect(openDescriptors(directory)).toBe(0)
  rmSync(directory)
  spool.add('otel_traces', testSpan('again'))
  spool.rotate()
  expect(rowsIn(directory)).toBe(1)
  expect(openDescriptors(directory)).toBe(0)
})

test('a full disk is counted, its half frames are cut off, and recording resumes when it has space', async (context) => {
  const disk = testDirectory()
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'pipe' })
  } catch {
    return context.skip('needs the right to mount')
  }
  onTestFinished(() => void execFileSync('/bin/umount', ['-l', disk]))
  const said = listen()
  const spool = spoolIn(join(disk, 'spool'))
  const body = 'x'.repeat(10_000)
  for (let i = 0; i < 60; i++) {
    spool.add('otel_logs', testLog(body))
    spool.flush()
  }
  spool.rotate()
  const kept = rowsIn(spool.directory)
  expect(kept).toBeGreaterThan(5)
  expect(spool.losses.counts.get('not writable')?.rows).toBe(60 - kept)
  expect(said.filter((text) => text.includes('not writable'))).toHaveLength(1)

  // nothing can be written here, but the spool still empties
  const server = new MemoryServer()
  expect(() => writeFileSync(join(disk, 'more'), 'x')).toThrow('ENOSPC')
  expect(await new Sender({ directory: spool.directory, target: server }).send()).toMatchObject({
    rows: kept,
    done: true,
    error: null,
  })
  expect(server.count('otel_logs', [body])).toEqual([kept])
  expect(existsSync(join(spool.directory, 'damaged'))).toBe(false)
  spool.add('otel_logs', testLog('room again'))
  spool.rotate()
  expect(rowsIn(spool.directory)).toBe(1)
})

test('a record that cannot be encoded leaves no trace in its block', async () => {
  const directory = testDirectory()
  const spool = spoolIn(directory)
  const server = new MemoryServer()
  spool.add('otel_traces', testSpan('before'))
  const wrong: object[] = [
    { traceId: 5 },
    { statusMessage: null },
    { start: undefined },
    {
      events: [
        { time: [1, 1], name: 'e', attributes: {} },
        { time: [1, 1], name: 7, attributes: {} },
      ],
    },
    {
      links: [
        {
          traceId: 'a',
          spanId: 'b',
          traceState: 'c',
          attributes: null,
          get odd() {
            return 1
          },
        },
        null,
      ],
    },
    { duration: Symbol('s') },
    {
      attributes: {
        get cruel() {
          throw new Error('no')
        },
      },
    },
  ]
  for (const change of wrong) spool.add('otel_traces', { ...testSpan('wrong'), ...change } as never)
  spool.add('otel_traces', testSpan('after'))
  spool.rotate()
  const lost = spool.losses.counts.get('not encodable')?.rows
  await new Sender({ directory, target: server }).send()
  expect(lost).toBeGreaterThanOrEqual(wrong.length - 1)
  expect(server.count('otel_traces', ['before', 'after'])).toEqual([1, 1])
})

test('two spools of one thread in one directory share it', () => {
  const directory = testDirectory()
  const spools = [spoolIn(directory), spoolIn(directory), spoolIn(directory)]
  for (let i = 0; i < 30; i++) {
    const spool = spools[i % 3]!
    spool.add('otel_traces', testSpan(String(i)))
    spool.rotate()
  }
  expect(rowsIn(directory)).toBe(30)
  for (const spool of spools) expect(spool.losses.counts.size).toBe(0)
})

test('a writer whose segment was taken for a dead one’s begins another', () => {
  const directory = testDirectory()
  const spool = spoolIn(directory)
  spool.add('otel_traces', testSpan('1'))
  spool.flush()
  const [open] = filesOf(directory, '.open')
  renameSync(join(directory, open!), join(directory, open!.replace('.open', '.segment')))
  spool.rotate()
  expect(spool.losses.counts.size).toBe(0)
  spool.add('otel_traces', testSpan('2'))
  spool.rotate()
  expect(rowsIn(directory)).toBe(2)
})

test('a diagnostic logger that throws affects no caller', () => {
  listen()
  const cruel = (): never => {
    throw new Error('from the logger')
  }
  const logger: DiagLogger = { error: cruel, warn: cruel, info: cruel, debug: cruel, verbose: cruel }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
  const directory = testDirectory()
  const spool = spoolIn(directory, 10)
  expect(() => {
    spool.add('otel_traces', testSpan('1'))
    spool.rotate()
  }).not.toThrow()
  expect(spool.losses.counts.get('spool full')?.rows).toBe(1)
})

test('losses of several processes add up, and a torn line hides none', () => {
  const directory = testDirectory()
  mkdirSync(directory, { recursive: true })
  const line = { time: '2026-01-01', reason: 'spool full', rows: 2, bytes: 3, detail: 'd' }
  writeFileSync(join(directory, 'losses.jsonl'), `${JSON.stringify(line)}\n{"time":"20\n${JSON.stringify(line)}\n`)
  utimesSync(join(directory, 'losses.jsonl'), 0, 0)
  expect(readLosses(directory)).toEqual([line, line])
  expect(readLosses(join(directory, 'nowhere'))).toEqual([])
})

test('a clock that is set back an hour keeps nothing from being handed over', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const directory = testDirectory()
  const spool = spoolIn(directory)
  spool.add('otel_traces', testSpan('before'))
  await vi.advanceTimersByTimeAsync(100)
  vi.setSystemTime(Date.now() - 3_600_000)
  spool.add('otel_traces', testSpan('after'))
  await vi.advanceTimersByTimeAsync(2000)
  expect([filesOf(directory, '.segment').length, filesOf(directory, '.open').length]).toEqual([1, 0])
})

test('a segment that was taken from a silent writer is not written to: later rows go into the next', async () => {
  const directory = testDirectory()
  const spool = spoolIn(directory)
  spool.add('otel_traces', testSpan('before'))
  spool.flush()
  const [open] = filesOf(directory, '.open')
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  vi.setSystemTime(Date.now() + 60_000) // the machine slept, and a sender took the segment
  renameSync(join(directory, open!), join(directory, open!.replace('.open', '.segment')))
  const server = new MemoryServer()
  expect(await new Sender({ directory, target: server }).send()).toMatchObject({ rows: 1 })
  spool.add('otel_traces', testSpan('after'))
  spool.rotate()
  expect(await new Sender({ directory, target: server }).send()).toMatchObject({ rows: 1 })
  expect(server.count('otel_traces', ['before', 'after'])).toEqual([1, 1])
})
