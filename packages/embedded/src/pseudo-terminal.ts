import { constants, createReadStream, openSync } from 'node:fs'

import { DataType, load, open } from 'ffi-rs'

const { I32, String: CString, Void } = DataType
const isMac = process.platform === 'darwin'
// Not as the controlling terminal: its hang-up would then signal this process.
const OPEN_FLAGS = constants.O_RDWR | (isMac ? 0x20000 : constants.O_NOCTTY)

let libcIsOpen = false

function openLibc(): void {
  if (libcIsOpen) return
  open({ library: 'c', path: isMac ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6' })
  libcIsOpen = true
}

function callNumbers(name: string, ...numbers: number[]): number {
  openLibc()
  const paramsType = numbers.map(() => I32)
  return load({ library: 'c', funcName: name, retType: I32, paramsType, paramsValue: numbers }) as number
}

/** Duplicates a file descriptor; returns the new one. */
export function duplicate(descriptor: number): number {
  return callNumbers('dup', descriptor)
}

/**
 * Ends this process immediately, without destructors: the engine would crash while its threads still run, and acknowledged
 * data is already on disk.
 */
export function exitAtOnce(code: number): void {
  openLibc()
  load({ library: 'c', funcName: '_exit', retType: Void, paramsType: [I32], paramsValue: [code] })
}

/**
 * Puts a new pseudo-terminal in place of descriptor 0. Throws if the system has none.
 * Returns a function that starts, asynchronously, to drop the echo, so that the terminal never fills.
 */
export function becomeTerminal(): () => void {
  const master = callNumbers('posix_openpt', OPEN_FLAGS)
  if (master < 0 || callNumbers('grantpt', master) !== 0 || callNumbers('unlockpt', master) !== 0) {
    throw new Error('The system gives no pseudo-terminal (posix_openpt failed); is /dev/pts mounted?')
  }
  const name = load({
    library: 'c',
    funcName: 'ptsname',
    retType: CString,
    paramsType: [I32],
    paramsValue: [master],
  }) as string
  callNumbers('dup2', openSync(name, OPEN_FLAGS), 0)
  return () => {
    const echo = createReadStream('', { fd: master, autoClose: false })
    // Reading a terminal whose other side was closed is an error by convention: the engine has ended.
    echo.on('error', () => echo.destroy()).resume()
  }
}
