import { EmbeddedError } from './errors.ts'
import { invalidOption } from './options.ts'
import type { EmbeddedOptions } from './options.ts'
import { freePorts, isPortTaken } from './ports.ts'
import { portTakenMessage } from './start-failure.ts'

/**
 * Returns the ports of HTTP and of the native protocol: the given ones, else those of the last start if free, else any.
 * @throws EmbeddedError PORT_TAKEN, INVALID_OPTION where the host is not this machine's
 */
export async function choosePorts(
  given: Pick<EmbeddedOptions, 'httpPort' | 'tcpPort'>,
  host: string,
  last: { httpPort: number; tcpPort: number } | null,
): Promise<[number, number]> {
  const [freeHttp, freeTcp] = await freePorts(host).catch((error: NodeJS.ErrnoException) => {
    if (!['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'].includes(String(error.code))) throw error
    throw invalidOption('host', `an address of this machine, which ${host} is not`)
  })
  return [
    await choosePort(given.httpPort, host, last?.httpPort, freeHttp),
    await choosePort(given.tcpPort, host, last?.tcpPort, freeTcp),
  ]
}

async function choosePort(
  given: number | undefined,
  host: string,
  last: number | undefined,
  free: number,
): Promise<number> {
  if (given !== undefined && given !== 0) {
    if (await isPortTaken(host, given)) throw new EmbeddedError('PORT_TAKEN', portTakenMessage(host, given))
    return given
  }
  return last !== undefined && !(await isPortTaken(host, last)) ? last : free
}
