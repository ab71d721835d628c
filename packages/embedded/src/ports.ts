import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Returns whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** Returns the address by which this machine reaches a server that listens on `host`. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** Returns two ports that are free now; another program may take them before they are used. */
export async function freePorts(host: string): Promise<[number, number]> {
  const first = await holdFreePort(host)
  const second = await holdFreePort(host)
  await Promise.all([first.release(), second.release()])
  return [first.port, second.port]
}

function holdFreePort(host: string): Promise<{ port: number; release(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo
      resolve({ port, release: () => new Promise((done) => server.close(() => done())) })
    })
  })
}

/**
 * Returns whether a program answers on this port. It connects instead of listening for a moment: of several processes that
 * start at once one would find another's test and call the port taken.
 */
export function isPortTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: reachableHost(host), port })
    const answer = (taken: boolean): void => {
      socket.destroy()
      resolve(taken)
    }
    socket.setTimeout(1000, () => answer(true))
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
  })
}
