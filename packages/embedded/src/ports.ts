import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Is this address one that only this machine reaches? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** The address by which this machine reaches a server that listens on `host`. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** Two ports that are free now; another program may take them before they are used. */
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
 * Does anybody answer on this port? Asked by connecting, not by listening for a moment:
 * of several processes starting at once one would find the others' questions and call the port taken.
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
