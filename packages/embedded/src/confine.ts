import { closeSync, constants, openSync, statSync } from 'node:fs'

import { DataType, load, open } from 'ffi-rs'

const { I32, I64, U8Array } = DataType

const O_PATH = 0x20_0000
const PR_SET_NO_NEW_PRIVS = 38
/** System calls of Landlock: same numbers on every processor. */
const CREATE_RULESET = 444
const ADD_RULE = 445
const RESTRICT_SELF = 446
const VERSION_FLAG = 1
const RULE_PATH_BENEATH = 1
const RULE_NET_PORT = 2

/** Access rights to files, by bit, with the kernel's names. */
const EXECUTE = 1 << 0
const WRITE_FILE = 1 << 1
const READ_FILE = 1 << 2
const READ_DIR = 1 << 3
/** All rights up to creating symbolic links. */
const FIRST_VERSION = (1 << 13) - 1
const REFER = 1 << 13
const TRUNCATE = 1 << 14
const CONNECT_TCP = 1 << 1

/** What a confined process may still access. */
export interface Reach {
  readonly read: readonly string[]
  readonly readAndWrite: readonly string[]
  /** Ports, of any host, to which it may connect. */
  readonly connect: readonly number[]
}

/**
 * Restricts this thread, and every thread it starts from now on: no files but the given ones, no programs, and no connections
 * to other servers. Returns false if the system does not support it (before Linux 5.13, or not Linux). Call it before the
 * first asynchronous file operation: existing threads of the pool stay unrestricted.
 */
export function confine(reach: Reach): boolean {
  if (process.platform !== 'linux') return false
  open({ library: 'c', path: 'libc.so.6' })
  const version = systemCall(CREATE_RULESET, 0, 0, VERSION_FLAG)
  if (version < 1) return false
  const files = FIRST_VERSION | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0)
  const attributes = new BigUint64Array([BigInt(files), BigInt(version >= 4 ? CONNECT_TCP : 0)])
  const rules = systemCall(CREATE_RULESET, attributes, version >= 4 ? 16 : 8, 0)
  if (rules < 0) return false
  for (const path of reach.read) allow(rules, path, READ_FILE | READ_DIR)
  for (const path of reach.readAndWrite) allow(rules, path, files & ~EXECUTE)
  if (version >= 4) for (const port of reach.connect) allowConnecting(rules, port)
  const noNewRights = callLibc('prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0])
  const outcome = noNewRights === 0 ? systemCall(RESTRICT_SELF, rules, 0, 0) : -1
  closeSync(rules)
  return outcome === 0
}

function allow(rules: number, path: string, rights: number): void {
  let target: number
  try {
    target = openSync(path, O_PATH | constants.O_RDONLY)
  } catch (error) {
    // A file that is missing, or not accessible anyway, needs no permission.
    if (['ENOENT', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code))) return
    throw error
  }
  const isFolder = statSync(path).isDirectory()
  const rule = Buffer.alloc(12)
  rule.writeBigUInt64LE(BigInt(isFolder ? rights : rights & (READ_FILE | WRITE_FILE | TRUNCATE)), 0)
  rule.writeInt32LE(target, 8)
  const outcome = systemCall(ADD_RULE, rules, RULE_PATH_BENEATH, rule, 0)
  closeSync(target)
  if (outcome !== 0) throw new Error(`Landlock refuses a rule for ${path}`)
}

function allowConnecting(rules: number, port: number): void {
  const rule = new BigUint64Array([BigInt(CONNECT_TCP), BigInt(port)])
  if (systemCall(ADD_RULE, rules, RULE_NET_PORT, rule, 0) !== 0) {
    throw new Error(`Landlock refuses a rule for port ${port}`)
  }
}

function systemCall(...parameters: (number | Buffer | BigUint64Array)[]): number {
  return callLibc('syscall', parameters)
}

function callLibc(name: string, parameters: (number | Buffer | BigUint64Array)[]): number {
  return load({
    library: 'c',
    funcName: name,
    retType: I32,
    paramsType: parameters.map((value) => (typeof value === 'number' ? I64 : U8Array)),
    paramsValue: parameters.map((value) =>
      typeof value === 'number' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    ),
  }) as number
}
