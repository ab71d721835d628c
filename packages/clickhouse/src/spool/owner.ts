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
  return { host: safeHost(), pid: process.pid, ticks: startTicks(process.pid) }
}

/** Name of this writer, unique among processes and worker threads; parsed by `ownerOf`. */
export function writerName(): string {
  const { host, pid, ticks } = currentOwner()
  return `${host}.${pid}.${ticks}.${threadId}`
}

/** The process that a writer's name tells of, or null if it is no such name. */
export function ownerOf(writer: string): Owner | null {
  const match = /^([a-z0-9-]+)\.(\d+)\.(\d+)\.\d+$/.exec(writer)
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
  const ticks = startTicks(owner.pid)
  return ticks === 0 || owner.ticks === 0 || ticks === owner.ticks
}

function safeHost(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-')
      .slice(0, 60) || 'host'
  )
}

/** Field 22 of /proc/PID/stat; 0 off Linux or when the process is gone. */
function startTicks(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  } catch {
    return 0 // no /proc here: the process id alone has to do
  }
}
