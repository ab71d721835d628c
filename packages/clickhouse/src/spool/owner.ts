import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'

/** A process (or worker thread) that owns a file: enough to tell later whether it still lives. */
export interface Owner {
  readonly host: string
  readonly pid: number
  /** When the process began, in the kernel's ticks; tells a reused process id. 0 where it cannot be known. */
  readonly ticks: number
}

/** This process. */
export function currentOwner(): Owner {
  return { host: safeHost(), pid: process.pid, ticks: ticksOf(statOf(process.pid)) }
}

/** A name for a writer, unique among processes, worker threads and writers of one thread; parsed by `ownerOf`. */
export function writerName(): string {
  const { host, pid, ticks } = currentOwner()
  return `${host}.${pid}.${ticks}.${threadId}-${randomBytes(4).toString('hex')}`
}

/** The process that a writer's name tells of, or null if it is no such name. */
export function ownerOf(writer: string): Owner | null {
  const match = /^([a-z0-9-]+)\.(\d+)\.(\d+)\.\d+-[0-9a-f]+$/.exec(writer)
  return match === null ? null : { host: match[1]!, pid: Number(match[2]), ticks: Number(match[3]) }
}

/** Whether the owner still runs; of another host's process nothing is known, so null. */
export function isAlive(owner: Owner): boolean | null {
  if (owner.host !== safeHost()) return null
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it lives, but is somebody else's
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const stat = statOf(owner.pid)
  if (stat === null) return true
  return !isZombie(stat) && (owner.ticks === 0 || ticksOf(stat) === owner.ticks)
}

function safeHost(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-')
      .slice(0, 60) || 'host'
  )
}

/** The fields of /proc/PID/stat from the third on (the second may hold blanks); null off Linux or when the process is gone. */
function statOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null // no /proc here: the process id alone has to do
  }
}

/** Killed, but its parent has not asked for its exit code: it will write nothing any more. */
function isZombie(stat: readonly string[]): boolean {
  return stat[0] === 'Z' || stat[0] === 'X'
}

function ticksOf(stat: readonly string[] | null): number {
  return Number(stat?.[19] ?? 0)
}
