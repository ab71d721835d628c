import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import type { Spool } from '@runspan/clickhouse'

import { CollectorError } from './errors.ts'
import { FILE_BOUNDS, type Ingested, ingestSlices, slicesOf } from './ingest-request.ts'
import { decodeJson } from './otlp/decode-json.ts'
import { REQUEST_TYPES, signalOf, SIGNALS } from './otlp/decode-protobuf.ts'
import { notOtlp } from './otlp/fields.ts'
import { checkJsonItems, checkProtobufItems } from './otlp/request-bounds.ts'
import { protobufSlices } from './otlp/request-slices.ts'
import type { OtlpRequest } from './otlp/request.ts'

/** One request that could not be taken. */
export interface Rejected {
  /** Its number in the file, from 1: the line, or the message of a protobuf file. */
  readonly request: number
  readonly reason: string
}

export interface IngestedFile extends Ingested {
  readonly rejected: readonly Rejected[]
  /** Why the rest of the file could not be read, what came before having been taken; null if all was. */
  readonly endedEarly: CollectorError | null
}

export interface IngestFileOptions {
  /** Called after every few megabytes: the place to send what has gathered, and to show progress. */
  readonly onProgress?: (bytes: number) => Promise<void>
}

/** The largest request taken. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024
const PROGRESS_BYTES = 16 * 1024 * 1024

/**
 * Reads a file of OTLP requests into the spool: OTLP/JSON, one request a line or one in the whole file; protobuf, one request in the file
 * or each behind its length in four bytes, as the collector's file exporter writes them; `.gz` of any of these. A request
 * that is no OTLP or too large is left out, counted and named; the others are taken, each whole. Throws `FILE_NOT_READABLE`, `TOO_LARGE`,
 * `UNSUPPORTED_COMPRESSION` if nothing was taken, and `CANNOT_KEEP` where the disk takes no more.
 */
export async function ingestFile(path: string, spool: Spool, options: IngestFileOptions = {}): Promise<IngestedFile> {
  const total = { spans: 0, metrics: 0, logs: 0 }
  const rejected: Rejected[] = []
  let request = 0
  let sinceProgress = 0
  let endedEarly: CollectorError | null = null
  const progress = async (): Promise<void> => {
    await options.onProgress?.(sinceProgress)
    sinceProgress = 0
  }
  const take = async (bytes: Buffer): Promise<Ingested> => {
    const attempt = (): Promise<Ingested> =>
      ingestSlices(slicesIn(bytes), spool.batch(FILE_BOUNDS.maxStoredBytes), FILE_BOUNDS)
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code !== 'CANNOT_KEEP') throw error
      await progress() // what is sent there makes room
      return attempt()
    }
  }
  const requests = requestsOf(path)
  for (;;) {
    let next: IteratorResult<Buffer>
    try {
      next = await requests.next()
    } catch (error) {
      if (!(error instanceof CollectorError) || request === 0) throw error
      endedEarly = error
      break
    }
    if (next.done) break
    request++
    try {
      const added = await take(next.value)
      total.spans += added.spans
      total.metrics += added.metrics
      total.logs += added.logs
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code === 'CANNOT_KEEP') throw error
      rejected.push({ request, reason: error.message })
    }
    sinceProgress += next.value.length
    if (sinceProgress >= PROGRESS_BYTES) await progress()
  }
  await progress()
  return { ...total, rejected, endedEarly }
}

function slicesIn(bytes: Buffer): Iterable<OtlpRequest> {
  if (looksLikeJson(bytes)) {
    checkJsonItems(bytes)
    return slicesOf(decodeJson(bytes, SIGNALS))
  }
  const signal = signalOf(bytes)
  if (signal === null) throw notOtlp('neither JSON nor a protobuf request with spans, logs or metrics in it')
  checkProtobufItems(bytes, REQUEST_TYPES[signal])
  return protobufSlices(bytes, signal)
}

function looksLikeJson(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return byte === 0x7b || byte === 0x5b
  }
  return false
}

/** Requests of a file, one after another, never more than one in memory. */
async function* requestsOf(path: string): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = []
  let size = 0
  let kind: 'lines' | 'lengths' | 'whole' | undefined
  for await (const chunk of open(path)) {
    gathered.push(chunk)
    size += chunk.length
    kind ??= kindOf(Buffer.concat(gathered))
    if (kind === 'lines' && chunk.includes(0x0a)) {
      const bytes = Buffer.concat(gathered)
      let from = 0
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
        const line = bytes.subarray(from, end)
        from = end + 1
        if (line.length > 1 || line[0] === 0x7b) yield line
      }
      gathered = [bytes.subarray(from)]
      size = bytes.length - from
    } else if (kind === 'lengths') {
      let bytes = Buffer.concat(gathered)
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
        const end = 4 + bytes.readUInt32BE(0)
        yield bytes.subarray(4, end)
        bytes = bytes.subarray(end)
      }
      gathered = [bytes]
      size = bytes.length
    }
    if (size > MAX_REQUEST_BYTES) {
      throw new CollectorError(
        'TOO_LARGE',
        `${path} holds a request of more than ${MAX_REQUEST_BYTES / 1024 / 1024} MB.`,
      )
    }
  }
  const rest = Buffer.concat(gathered)
  if (rest.toString('latin1').trim() !== '') yield rest
}

/** JSON in lines or whole; protobuf with lengths (a length of less than 16 MB begins with a zero byte) or whole. */
function kindOf(start: Buffer): 'lines' | 'lengths' | 'whole' {
  if (!looksLikeJson(start)) return start[0] === 0 ? 'lengths' : 'whole'
  const newline = start.indexOf(0x0a)
  const firstLine = (newline < 0 ? start : start.subarray(0, newline)).toString('latin1').trim()
  // pretty-printed JSON is one request over many lines
  return newline >= 0 && !firstLine.endsWith('}') ? 'whole' : 'lines'
}

async function* open(path: string): AsyncGenerator<Buffer> {
  if (path.endsWith('.zst')) {
    throw new CollectorError(
      'UNSUPPORTED_COMPRESSION',
      `${path} is compressed with zstd: unpack it first (zstd -d ${path}).`,
    )
  }
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 })
  const stream: Readable = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  file.on('error', (error) => stream.destroy(error))
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    throw new CollectorError('FILE_NOT_READABLE', `${path} cannot be read: ${reasonOf(error)}`, error)
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file.'
  if (code === 'EISDIR') return 'it is a directory.'
  if (code === 'EACCES') return 'access is denied.'
  return error instanceof Error ? error.message : String(error)
}
