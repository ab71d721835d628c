import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { CollectorError } from '../errors.ts'

const PIECE_BYTES = 1024 * 1024
const LONGEST_MARK = 4
const GZIP = Buffer.from([0x1f, 0x8b])
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
const UTF_8 = Buffer.from([0xef, 0xbb, 0xbf])
const UTF_16: readonly Buffer[] = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

/**
 * Yields the bytes of a file in pieces: unpacked if they are gzip, whatever the file's name is, and without a UTF-8 byte
 * order mark.
 * Throws `FILE_NOT_READABLE` and `UNSUPPORTED_COMPRESSION`.
 */
export async function* openFile(path: string): AsyncGenerator<Buffer> {
  try {
    const [start, file] = await beginning(createReadStream(path, { highWaterMark: PIECE_BYTES }))
    if (startsWith(start, ZSTD)) {
      throw new CollectorError(
        'UNSUPPORTED_COMPRESSION',
        `${path} is compressed with zstd: unpack it first (zstd -d ${path}).`,
      )
    }
    const [text, content] = startsWith(start, GZIP) ? await beginning(gunzipped(file)) : [start, file]
    if (UTF_16.some((mark) => startsWith(text, mark))) {
      throw new CollectorError(
        'FILE_NOT_READABLE',
        `${path} is text in UTF-16: write it as UTF-8 first (iconv -f UTF-16 -t UTF-8 ${path}).`,
      )
    }
    let skip = startsWith(text, UTF_8) ? UTF_8.length : 0
    for await (const piece of content) {
      yield piece.subarray(skip)
      skip = 0
    }
  } catch (error) {
    if (error instanceof CollectorError) throw error
    throw new CollectorError('FILE_NOT_READABLE', `${path} cannot be read: ${reasonOf(error)}`, error)
  }
}

async function* gunzipped(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(file)
  const stream = source.pipe(createGunzip({ chunkSize: PIECE_BYTES }))
  source.on('error', (error) => stream.destroy(error))
  for await (const piece of stream) yield piece as Buffer
}

/** Returns a first piece with a minimum size, to inspect, and all pieces including it. */
async function beginning(pieces: AsyncIterable<Buffer>): Promise<[Buffer, AsyncIterable<Buffer>]> {
  const iterator = pieces[Symbol.asyncIterator]()
  let start: Buffer = Buffer.alloc(0)
  while (start.length < LONGEST_MARK) {
    const next = await iterator.next()
    if (next.done === true) break
    start = Buffer.concat([start, next.value])
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (start.length > 0) yield start
    try {
      for (;;) {
        const next = await iterator.next()
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return [start, all()]
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark)
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file.'
  if (code === 'EISDIR') return 'it is a directory.'
  if (code === 'EACCES') return 'access is denied.'
  return error instanceof Error ? error.message : String(error)
}
