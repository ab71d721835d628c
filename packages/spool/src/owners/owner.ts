import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'

/** A process (or worker thread) that owns a file: enough to tell later, from anywhere, whether it still lives. */
export interface Owner {
  readonly host: string
  /** The machine's boot, from its boot id; `UNKNOWN` where the system has none. */
  readonly boot: string
  /** Inode of the PID namespace in which `pid` counts; `UNKNOWN` where the system has none. */
  readonly namespace: string
  readonly pid: number
  /** When the process began, in the kernel's ticks; tells a reused process id. 0 where it cannot be known. */
  readonly ticks: number
}

const UNKNOWN = '0'

/** What does not change while this process runs, read once. */
let self: Owner | undefined

/** This process. */
export function currentOwner(): Owner {
  self ??= {
    host: safeHost(),
    boot: bootId(),
    namespace: namespaceInode(),
    pid: process.pid,
    ticks: ticksOf(statOf('self')),
  }
  return self
}

/** A name for a writer, unique among processes, worker threads and writers of one thread; parsed by `ownerOf`. */
export function writerName(): string {
  const { host, boot, namespace, pid, ticks } = currentOwner()
  return `${host}.${boot}.${namespace}.${pid}.${ticks}.${threadId}-${randomBytes(4).toString('hex')}`
}

/** The process that a writer's name tells of, or null if it is no such name. Names without boot and namespace come from older versions. */
export function ownerOf(writer: string): Owner | null {
  const match = /^([a-z0-9-]+)\.(?:([0-9a-f]+)\.(\d+)\.)?(\d+)\.(\d+)\.\d+-[0-9a-f]+$/.exec(writer)
  if (match === null) return null
  const [, host, boot, namespace, pid, ticks] = match
  return { host: host!, boot: boot ?? UNKNOWN, namespace: namespace ?? UNKNOWN, pid: Number(pid), ticks: Number(ticks) }
}

/** An owner from a file that anybody may have written; null if it is none. */
export function parseOwner(value: unknown): Owner | null {
  if (typeof value !== 'object' || value === null) return null
  const { host, boot = UNKNOWN, namespace = UNKNOWN, pid, ticks } = value as Record<string, unknown>
  const isOwner =
    [host, boot, namespace].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    Number.isSafeInteger(ticks)
  return isOwner ? ({ host, boot, namespace, pid, ticks } as Owner) : null
}

/**
 * Whether the owner still runs. Null where that cannot be known: a process of another host or of another PID namespace (a container)
 * is not seen from here, and its number may be somebody else's.
 */
export function isAlive(owner: Owner): boolean | null {
  if (!isSeenHere(owner)) return null
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it lives, but is somebody else's
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  if (!procIsOurs()) return true
  const stat = statOf(String(owner.pid))
  if (stat === null) return true
  return !isZombie(stat) && (owner.ticks === 0 || ticksOf(stat) === owner.ticks)
}

/** Whether this process and the owner share process ids, so that "no such process" means that it is gone. */
export function isSeenHere(owner: Owner): boolean {
  const here = currentOwner()
  if (here.namespace === UNKNOWN || owner.namespace === UNKNOWN) {
    // without PID namespaces (macOS) a host is one space; on Linux an unknown namespace may be anybody's
    return process.platform !== 'linux' && owner.host === here.host
  }
  return owner.boot === here.boot && owner.namespace === here.namespace
}

/** Whether the owner's files are written by the same kernel: what it does to them shows here at once. */
export function isOnThisMachine(owner: Owner): boolean {
  const here = currentOwner()
  return here.boot === UNKNOWN ? owner.host === here.host : owner.boot === here.boot
}

function safeHost(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-')
      .slice(0, 60) || 'host'
  )
}

/** The first 48 bits of the kernel's boot id. */
function bootId(): string {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll('-', '').slice(0, 12)
    return /^[0-9a-f]{12}$/.test(id) ? id : UNKNOWN
  } catch {
    return UNKNOWN // no /proc here
  }
}

function namespaceInode(): string {
  try {
    return /^pid:\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1] ?? UNKNOWN
  } catch {
    return UNKNOWN // no /proc here
  }
}

/** Whether /proc shows the processes of this PID namespace; `unshare --pid` without a new /proc leaves the outer one in place. */
function procIsOurs(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid)
  } catch {
    return false // no /proc here
  }
}

/** The fields of /proc/PID/stat from the third on (the second may hold blanks); null off Linux or when the process is gone. */
function statOf(pid: string): readonly string[] | null {
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
