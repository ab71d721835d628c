import zlib from 'node:zlib'

import { Decompress } from 'fzstd'

import { Refusal } from './refusal.ts'

/**
 * Undoes a `Content-Encoding`, up to `maxBytes` bytes. Throws `Refusal` for an unknown encoding, damaged bodies, and bombs.
 */
export async function inflate(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  switch (encoding) {
    case '':
    case 'identity':
      return body
    case 'gzip':
      return unzip(zlib.gunzip, body, maxBytes)
    case 'deflate':
      return unzip(zlib.inflate, body, maxBytes)
    case 'zstd':
      return unzstd(body, maxBytes)
    default:
      throw new Refusal(
        'wrong type',
        `Content-Encoding ${encoding.slice(0, 40)} is not supported: use gzip, deflate, zstd or identity.`,
      )
  }
}

function unzip(
  unpack: (body: Buffer, options: zlib.ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void,
  body: Buffer,
  maxBytes: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    unpack(body, { maxOutputLength: maxBytes }, (error, result) => {
      if (error === null) resolve(result)
      else reject(refused(error, maxBytes))
    })
  })
}

function refused(error: Error, maxBytes: number): Refusal {
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes)
  return new Refusal('not otlp', `The body cannot be decompressed: ${error.message}`)
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('too large', `The body is more than ${maxBytes} bytes after decompression.`)
}

/** Undoes zstd, which Node 20 lacks; the stream ends as soon as there is too much. */
function unzstd(body: Buffer, maxBytes: number): Buffer {
  const parts: Uint8Array[] = []
  let size = 0
  const stream = new Decompress((part) => {
    size += part.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    parts.push(part)
  })
  try {
    stream.push(body, true)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(
      'not otlp',
      `The body cannot be decompressed: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return Buffer.concat(parts)
}
