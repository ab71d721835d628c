import { connect } from 'node:net'

/** Protocol version of this greeting; any that ClickHouse still accepts will do. */
const PROTOCOL_REVISION = 54_448

const HELLO = 0
const EXCEPTION = 2

/** Result of the first exchange of the native TCP protocol. */
export type HelloAnswer =
  | { readonly kind: 'welcome' }
  /** ClickHouse's error number and name. */
  | { readonly kind: 'refused'; readonly errorNumber: number; readonly text: string }
  | { readonly kind: 'unreachable'; readonly text: string }

/** Logs in over the native TCP protocol, once, and disconnects. */
export function nativeHello(
  at: { readonly host: string; readonly tcpPort: number },
  user: string,
  password: string,
  timeoutMs: number,
): Promise<HelloAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: at.host, port: at.tcpPort })
    const finish = (answer: HelloAnswer): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(timeoutMs, () => finish({ kind: 'unreachable', text: `no answer in ${timeoutMs} ms` }))
    socket.once('connect', () => socket.write(greeting(user, password)))
    socket.once('error', (error) => finish({ kind: 'unreachable', text: error.message }))
    socket.once('close', () => finish({ kind: 'unreachable', text: 'closed without an answer' }))
    socket.once('data', (data) => finish(readAnswer(data)))
  })
}

function readAnswer(data: Buffer): HelloAnswer {
  if (data[0] === HELLO) return { kind: 'welcome' }
  if (data[0] === EXCEPTION && data.length > 5) {
    return { kind: 'refused', errorNumber: data.readInt32LE(1), text: data.subarray(5).toString('latin1') }
  }
  return { kind: 'unreachable', text: 'not a ClickHouse server' }
}

/** Returns the first packet of a client: its name and version, database, user and password. */
export function greeting(user: string, password: string): Buffer {
  return Buffer.concat([
    varint(HELLO),
    text('runspan'),
    varint(1),
    varint(1),
    varint(PROTOCOL_REVISION),
    text(''),
    text(user),
    text(password),
  ])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return Buffer.from(bytes)
}
