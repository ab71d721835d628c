import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A file or directory that was found but is not used. */
export interface Ignored {
  readonly path: string
  /** Reason, to follow the path in a sentence: `belongs to another user (uid 1001)`. */
  readonly reason: string
}

const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002
const STICKY = 0o1000
/** Maximum chain of links that is followed; Linux stops at 40. */
const MAX_LINKS = 40

/**
 * Returns why a file found upwards must not be used, or null if it may be. A file that another user could have written could
 * run commands or collect data under this user's name. The file, its directory, and every link on the way must belong to this
 * user or root, and be writable by nobody else. A sticky directory such as /tmp may be writable by all: there nobody can
 * replace another user's file. Always null if the system has no user ids.
 */
export function distrustOfFile(path: string): string | null {
  return examine(path, (target) => {
    const holder = dirname(target)
    const reason = distrustOf(statSync(holder), true)
    return distrustOf(statSync(target), false) ?? (reason === null ? null : `lies in ${holder}, which ${reason}`)
  })
}

/**
 * Same as `distrustOfFile`, for a data directory and its direct entries, such as the connection file. The directory protects
 * deeper entries.
 */
export function distrustOfDirectory(path: string): string | null {
  return examine(path, (target) => distrustOf(statSync(target), false) ?? distrustOfEntries(target))
}

function distrustOfEntries(directory: string): string | null {
  for (const name of readdirSync(directory)) {
    const stats = lstatSync(join(directory, name), { throwIfNoEntry: false })
    if (stats === undefined) continue // temporary files may disappear
    const reason = stats.isSymbolicLink() && isOurs(stats) ? null : distrustOf(stats, false)
    if (reason !== null) return `holds ${JSON.stringify(name)}, which ${reason}`
  }
  return null
}

function examine(path: string, examineTarget: (target: string) => string | null): string | null {
  if (process.getuid === undefined) return null
  try {
    return distrustOfLinks(path) ?? examineTarget(realpathSync(path))
  } catch (error) {
    return `cannot be examined (${(error as NodeJS.ErrnoException).code ?? String(error)})`
  }
}

/** Checks the links to a file: the owner of a link chooses which file is read. */
function distrustOfLinks(path: string): string | null {
  for (let at = path, links = 0; links < MAX_LINKS; links++) {
    const stats = lstatSync(at)
    if (!stats.isSymbolicLink()) return null
    if (!isOurs(stats)) return `is a link that belongs to another user (uid ${stats.uid})`
    at = resolve(dirname(at), readlinkSync(at))
  }
  return 'is a link that does not end'
}

function distrustOf(stats: Stats, isHolder: boolean): string | null {
  if (!isOurs(stats)) return `belongs to another user (uid ${stats.uid})`
  if (isHolder && (stats.mode & STICKY) !== 0) return null
  if ((stats.mode & OTHERS_WRITE) !== 0) return 'can be written by every user'
  if ((stats.mode & GROUP_WRITES) !== 0 && !isPrivateGroup(stats.gid)) return `can be written by group ${stats.gid}`
  return null
}

function isOurs({ uid }: Stats): boolean {
  return uid === 0 || uid === process.geteuid!()
}

/**
 * Returns whether a group has only this user, as each user's own group has on Debian, Ubuntu and Fedora, where files are
 * writable by the group by default. Not checked for root, whose group has other members on some systems.
 */
function isPrivateGroup(gid: number): boolean {
  if (process.geteuid!() === 0 || gid !== process.getegid!()) return false
  try {
    const { username, uid } = userInfo()
    const group = entriesOf('/etc/group').find(([, , id]) => id === String(gid))
    const members = (group?.[3] ?? '').split(',').filter((name) => name !== '')
    return (
      group?.[0] === username &&
      members.every((name) => name === username) &&
      entriesOf('/etc/passwd').every((user) => user[3] !== String(gid) || user[2] === String(uid))
    )
  } catch {
    return false // without a list of users the members of the group are unknown
  }
}

function entriesOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
}
