import { subscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

import { StreamCounter, streams } from './stream-counter.ts'

/**
 * Counts the bytes of all sockets of the process from now on, TLS included. Client sockets are counted when they connect
 * (every client, TLS too, uses `Socket.prototype.connect`), server sockets when they are accepted.
 */
export function countNetwork(): void {
  const counters = streams()
  if (counters.network !== null) return
  const network = new StreamCounter()
  counters.network = network
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...rest: unknown[]) {
    network.watch(this)
    return Reflect.apply(connect, this, rest) as Socket
  } as typeof connect
  subscribe('net.server.socket', (message) => network.watch((message as { socket: Socket }).socket))
}
