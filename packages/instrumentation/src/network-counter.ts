import { subscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

/** Where tracking looks for the counter. */
const KEY = Symbol.for('runspan.network')

/** Bytes that this process has received and sent through sockets so far. */
export interface NetworkUse {
  readonly receivedBytes: number
  readonly sentBytes: number
}

type Registry = { [KEY]?: () => NetworkUse }

/**
 * Counts the bytes of all sockets of the process from now on, TLS included: clients where they connect (all kinds of
 * client, TLS too, go through `Socket.prototype.connect`), servers where they accept. Sockets are asked when somebody wants to know; nothing is done per packet.
 */
export function countNetwork(): void {
  const registry = globalThis as Registry
  if (registry[KEY] !== undefined) return
  const live = new Set<Socket>()
  let closedReceived = 0
  let closedSent = 0
  const watch = (socket: Socket): void => {
    if (live.has(socket)) return
    live.add(socket)
    socket.once('close', () => {
      live.delete(socket)
      closedReceived += socket.bytesRead
      closedSent += socket.bytesWritten
    })
  }
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...rest: unknown[]) {
    watch(this)
    return Reflect.apply(connect, this, rest) as Socket
  } as typeof connect
  subscribe('net.server.socket', (message) => watch((message as { socket: Socket }).socket))
  registry[KEY] = () => {
    let receivedBytes = closedReceived
    let sentBytes = closedSent
    for (const socket of live) {
      receivedBytes += socket.bytesRead
      sentBytes += socket.bytesWritten
    }
    return { receivedBytes, sentBytes }
  }
}
