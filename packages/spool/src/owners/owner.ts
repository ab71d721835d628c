import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'

/** A process (or worker thread) that owns a file: enough to detect later, from anywhere, whether it is still alive. */
export interface Owner {
  readonly host: string
  /** The machine's boot id; `UNKNOWN` if the system has none. */
  readonly boot: string
  /** Inode of the PID namespace of `pid`; `UNKNOWN` if the system has none. */
  readonly namespace: string
  readonly pid: number
  /** When the process started, in the kernel's ticks, to detect a reused process id; 0 if unknown. */
  readonly ticks: number
}

const UNKNOWN = '0'

/** Values that do not change while this process runs, read once. */
let self: Owner | undefined

/** Returns this process. */
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

/**
 * Returns a name for a writer, unique among processes, worker threads and writers of one thread; `ownerOf` parses it.
 */
export function writerName(): string {
  const { host, boot, namespace, pid, ticks } = currentOwner()
  return `${host}.${boot}.${namespace}.${pid}.${ticks}.${threadId}-${randomBytes(4).toString('hex')}`
}

/**
 * Returns the process of a writer's name, or null if it is not such a name. Names without boot and namespace come from older
 * versions.
 */
export function ownerOf(writer: string): Owner | null {
  const match = /^([a-z0-9-]+)\.(?:([0-9a-f]+)\.(\d+)\.)?(\d+)\.(\d+)\.\d+-[0-9a-f]+$/.exec(writer)
  if (match === null) return null
  const [, host, boot, namespace, pid, ticks] = match
  return { host: host!, boot: boot ?? UNKNOWN, namespace: namespace ?? UNKNOWN, pid: Number(pid), ticks: Number(ticks) }
}

/** Returns an owner from a file that anybody may have written; null if it is invalid. */
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
 * Returns whether the owner still runs. Null if unknown: a process of another host or of another PID namespace (a container)
 * is not visible from here, and its number may be another process's.
 */
export function isAlive(owner: Owner): boolean | null {
  if (!isSeenHere(owner)) return null
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it is alive, but belongs to another user
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  if (!procIsOurs()) return true
  const stat = statOf(String(owner.pid))
  if (stat === null) return true
  return !isZombie(stat) && (owner.ticks === 0 || ticksOf(stat) === owner.ticks)
}

/** Returns whether this process and the owner share process ids, so that "no such process" means that it is gone. */
export function isSeenHere(owner: Owner): boolean {
  const here = currentOwner()
  if (here.namespace === UNKNOWN || owner.namespace === UNKNOWN) {
    // without PID namespaces (macOS) a host is one space; on Linux an unknown namespace may be any
    return process.platform !== 'linux' && owner.host === here.host
  }
  return owner.boot === here.boot && owner.namespace === here.namespace
}

/**
 * Returns whether the owner's files are written by the same kernel: then changes to them are visible here immediately.
 */
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

/** Returns the first 48 bits of the kernel's boot id. */
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

/**
 * Returns whether /proc shows the processes of this PID namespace; `unshare --pid` without a new /proc keeps the outer one.
 */
function procIsOurs(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid)
  } catch {
    return false // no /proc here
  }
}

/**
 * Returns the fields of /proc/PID/stat from the third on (the second may contain blanks); null off Linux or if the process is
 * gone.
 */
function statOf(pid: string): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null // no /proc here: the process id alone must do
  }
}

/** Returns whether a process was killed and its parent has not read its exit code: it will not write any more. */
function isZombie(stat: readonly string[]): boolean {
  return stat[0] === 'Z' || stat[0] === 'X'
}

function ticksOf(stat: readonly string[] | null): number {
  return Number(stat?.[19] ?? 0)
}
