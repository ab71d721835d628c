import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { currentOwner, isAlive, type Owner, ownerOf, writerName } from '../owners/owner.ts'
import { testDirectory } from '../spool-for-test.ts'
import { SenderLock } from './sender-lock.ts'

const locksIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('sender.'))

function hold(directory: string, number: number, holder: object): string {
  const path = join(directory, `sender.${number}.lock`)
  writeFileSync(path, JSON.stringify(holder))
  return path
}

/** Starts a process that does nothing. */
async function idleProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("1"); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout!, 'data')
  return child
}

function ownerOfProcess(pid: number): Owner {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  return { ...currentOwner(), pid, ticks }
}

test('one holds it; the next when it is released', () => {
  const directory = testDirectory()
  const [a, b] = [new SenderLock(directory), new SenderLock(directory)]
  expect([a.tryAcquire(), b.tryAcquire(), a.tryAcquire()]).toEqual([true, false, true])
  a.release()
  expect([a.isHeld, b.tryAcquire(), a.tryAcquire()]).toEqual([false, true, false])
  expect(locksIn(directory)).toEqual(['sender.2.lock'])
})

test('in a thousand concurrent attempts, two never hold it at the same time', () => {
  const directory = testDirectory()
  const locks = Array.from({ length: 10 }, () => new SenderLock(directory))
  let taken = 0
  for (let i = 0; i < 1000; i++) {
    const lock = locks[(i * 7) % 10]!
    if (lock.isHeld && i % 3 === 0) lock.release()
    else if (lock.tryAcquire()) taken++
    expect(locks.filter(({ isHeld }) => isHeld).length).toBeLessThanOrEqual(1)
  }
  expect(taken).toBeGreaterThan(50)
  expect(locksIn(directory)).toHaveLength(1)
})

test('a latecomer with an old view of the directory does not take what was taken meanwhile', () => {
  const directory = testDirectory()
  hold(directory, 5, { ...currentOwner(), released: true })
  /** Finds the lock free, and sleeps while others acquire, release and acquire it again. */
  class Latecomer extends SenderLock {
    protected override isFree(number: number): boolean {
      const free = super.isFree(number)
      const others = [new SenderLock(directory), new SenderLock(directory)]
      expect(others[0]!.tryAcquire()).toBe(true)
      others[0]!.release()
      expect(others[1]!.tryAcquire()).toBe(true)
      return free
    }
  }
  expect(new Latecomer(directory).tryAcquire()).toBe(false)
  expect(locksIn(directory)).toEqual(['sender.7.lock'])
})

test('one that lost it while it slept knows', () => {
  const directory = testDirectory()
  const lock = new SenderLock(directory)
  expect(lock.tryAcquire()).toBe(true)
  hold(directory, 2, currentOwner())
  expect(lock.tryAcquire()).toBe(false)
  expect(lock.isHeld).toBe(false)
})

test('its owner was killed, and its exit code has not been read', async () => {
  const directory = testDirectory()
  const child = await idleProcess()
  const owner = ownerOfProcess(child.pid!)
  hold(directory, 3, owner)
  const lock = new SenderLock(directory)
  expect(isAlive(owner)).toBe(true)
  expect(lock.tryAcquire()).toBe(false)
  // the event loop does not turn before the check, so the process is still a zombie
  process.kill(child.pid!, 'SIGKILL')
  const deadline = Date.now() + 5000
  while (isAlive(owner) !== false && Date.now() < deadline)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  expect(readFileSync(`/proc/${child.pid}/stat`, 'latin1')).toContain(') Z ')
  expect(lock.tryAcquire()).toBe(true)
})

test.each([
  ['a process that is gone', { ...currentOwner(), pid: 4_194_303, ticks: 1 }],
  ['an earlier process of this number', { ...currentOwner(), ticks: currentOwner().ticks - 1 }],
  ['nobody any more', { ...currentOwner(), released: true }],
])('it is free when it belongs to %s', (_, holder) => {
  const directory = testDirectory()
  hold(directory, 9, holder)
  expect(new SenderLock(directory).tryAcquire()).toBe(true)
  expect(locksIn(directory)).toEqual(['sender.10.lock'])
})

test.each([
  ['another machine', JSON.stringify({ ...currentOwner(), boot: 'abcdefabcdef' })],
  ['a container of this machine', JSON.stringify({ ...currentOwner(), namespace: '1' })],
  [
    'an earlier version, which named no namespace',
    JSON.stringify({ host: currentOwner().host, pid: 4_194_303, ticks: 1 }),
  ],
  ['one that could not write its name', ''],
])('it belongs to %s as long as that touches it', (_, text) => {
  const directory = testDirectory()
  const path = join(directory, 'sender.4.lock')
  writeFileSync(path, text)
  const lock = new SenderLock(directory)
  expect(lock.tryAcquire()).toBe(false)
  const old = Date.now() / 1000 - 70
  utimesSync(path, old, old)
  const later = new SenderLock(directory)
  expect(later.tryAcquire()).toBe(true)
  expect(later.tryAcquire()).toBe(true)
})

test('the wall clock makes no lock old or young: who watches it counts for itself', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const directory = testDirectory()
  const path = hold(directory, 4, { ...currentOwner(), namespace: '1' })
  const touch = (): void => utimesSync(path, Date.now() / 1000, Date.now() / 1000)
  touch()
  const lock = new SenderLock(directory)
  expect(lock.tryAcquire()).toBe(false)
  vi.setSystemTime(Date.now() + 3_600_000)
  expect(lock.tryAcquire()).toBe(false)
  vi.setSystemTime(Date.now() - 7_200_000)
  touch()
  expect(lock.tryAcquire()).toBe(false)
  vi.advanceTimersByTime(59_000)
  expect(lock.tryAcquire()).toBe(false)
  vi.advanceTimersByTime(2000)
  expect(lock.tryAcquire()).toBe(true)
})

test('a holder that is busy with one insert keeps touching its file', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const directory = testDirectory()
  const lock = new SenderLock(directory)
  expect(lock.tryAcquire()).toBe(true)
  const path = join(directory, 'sender.1.lock')
  utimesSync(path, 1000, 1000)
  vi.advanceTimersByTime(10_000)
  expect(statSync(path).mtimeMs).toBeGreaterThan(1_000_000)
  lock.release()
  expect(vi.getTimerCount()).toBe(0)
})

test('a lock file that holds no sense is taken over', () => {
  const directory = testDirectory()
  writeFileSync(join(directory, 'sender.1.lock'), '{"pid":')
  expect(new SenderLock(directory).tryAcquire()).toBe(true)
})

test('names of writers tell their process, and never come twice', () => {
  const [a, b] = [writerName(), writerName()]
  expect(a).not.toBe(b)
  expect(ownerOf(a)).toEqual(currentOwner())
  expect(isAlive(currentOwner())).toBe(true)
  expect(ownerOf('somebody else')).toBeNull()
  expect(ownerOf('old-host.12.345.0-ab')).toMatchObject({ host: 'old-host', pid: 12, ticks: 345 })
})
