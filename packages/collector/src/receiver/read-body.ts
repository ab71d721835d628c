import type { IncomingMessage } from 'node:http'

import { Refusal } from './refusal.ts'

/** Returns the whole body of a request, at most `maxBytes` bytes. Throws `Refusal` without reading the rest. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const told = Number(request.headers['content-length'] ?? 0)
  if (told > maxBytes) throw tooLarge(maxBytes)
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of request) {
      size += (part as Buffer).length
      if (size > maxBytes) throw tooLarge(maxBytes)
      parts.push(part as Buffer)
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('not otlp', 'The connection closed before the body was complete.')
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('too large', `The body is more than ${maxBytes} bytes: send smaller batches.`)
}
