import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { log, textOf } from '../log.ts'
import { currentOwner, isAlive, type Owner, parseOwner } from '../owners/owner.ts'
import { Silence } from '../owners/silence.ts'

/*
 * Allows one sender a directory. The lock is a numbered file, and the highest number counts: a process that finds its owner
 * dead (or the lock released) creates the next number, which the file system allows only once. The highest file is never
 * removed, so a process with an outdated view of the directory, which creates a number that was in force before, sees a
 * higher one next to it.
 */

const PREFIX = 'sender.'
/**
 * Milliseconds without a touch after which a holder that is not visible from here (another host or container) counts as gone.
 */
const UNSEEN_STALE_MS = 60_000
/** Milliseconds between touches by the holder, also during a long insert. */
const TOUCH_MS = 10_000

export class SenderLock {
  private readonly directory: string
  private readonly silence = new Silence()
  private held = 0
  private timer: NodeJS.Timeout | undefined

  constructor(directory: string) {
    this.directory = directory
  }

  get isHeld(): boolean {
    return this.held > 0
  }

  /** Acquires the lock if no live process holds it. Also keeps a lock that is already held. */
  tryAcquire(): boolean {
    const numbers = this.numbers()
    const highest = numbers.at(-1) ?? 0
    if (this.held > 0 && this.held === highest) {
      this.touch()
      return true
    }
    this.hold(0) // if it was held, it is lost: this process slept, and another took it for dead
    if (highest > 0 && !this.isFree(highest)) return false
    const next = highest + 1
    const temporary = join(
      this.directory,
      `${PREFIX}${process.pid}.${Date.now()}.${Math.random().toString(36).slice(2)}.new`,
    )
    try {
      writeFileSync(temporary, JSON.stringify(currentOwner()), { mode: 0o600 })
      linkSync(temporary, this.path(next))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return this.acquireNameless(next, temporary)
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    } finally {
      rmSync(temporary, { force: true })
    }
    // the number may have been in force and removed since the directory was read: only the highest counts
    if (this.numbers().at(-1) !== next) {
      rmSync(this.path(next), { force: true })
      return false
    }
    this.hold(next)
    for (const number of numbers) rmSync(this.path(number), { force: true })
    return true
  }

  /** Acquires the lock with an empty file on a full disk: its holder is unknown, but its touches show that it lives. */
  private acquireNameless(next: number, temporary: string): boolean {
    rmSync(temporary, { force: true })
    try {
      closeSync(openSync(this.path(next), 'wx', 0o600))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
    this.hold(next)
    return true
  }

  release(): void {
    if (this.held === 0) return
    const path = this.path(this.held)
    this.hold(0)
    const released = { ...currentOwner(), released: true }
    writeFileSync(`${path}.new`, JSON.stringify(released), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }

  /** Remembers the held number, 0 for none, and keeps touching its file. */
  private hold(number: number): void {
    this.held = number
    clearInterval(this.timer)
    this.timer = number === 0 ? undefined : setInterval(() => this.touchLater(), TOUCH_MS).unref()
  }

  private touch(): void {
    const now = new Date()
    utimesSync(this.path(this.held), now, now)
  }

  private touchLater(): void {
    try {
      this.touch()
    } catch (error) {
      log('debug', `the sender's lock could not be touched: ${textOf(error)}`)
    }
  }

  /** Returns whether the holder of this number is gone or has released it. */
  protected isFree(number: number): boolean {
    const path = this.path(number)
    let holder: Owner | null
    try {
      const text = readFileSync(path, 'utf8')
      if (text === '') return this.isUntouched(path)
      const value = JSON.parse(text) as { readonly released?: unknown } | null
      if (value?.released === true) return true
      holder = parseOwner(value)
    } catch (error) {
      // missing: another process took the next number; unreadable: no sender writes such a file, so take over
      return (error as NodeJS.ErrnoException).code !== 'ENOENT'
    }
    if (holder === null) return true
    const alive = isAlive(holder)
    return alive === null ? this.isUntouched(path) : !alive
  }

  private isUntouched(path: string): boolean {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat !== undefined && this.silence.of(path, stat.mtimeMs) > UNSEEN_STALE_MS
  }

  private numbers(): number[] {
    return readdirSync(this.directory)
      .flatMap((name) => /^sender\.(\d+)\.lock$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  }

  private path(number: number): string {
    return join(this.directory, `${PREFIX}${number}.lock`)
  }
}
