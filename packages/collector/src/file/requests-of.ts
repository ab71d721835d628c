import { CollectorError } from '../errors.ts'
import { JsonDocuments } from './json-documents.ts'
import { openFile } from './open-file.ts'

/** Maximum size of a request. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024
/** Bytes needed to be sure of a file's first line. */
const ENOUGH_BYTES = 64 * 1024
/** Bytes of a file's beginning that distinguish text from protobuf. */
const LOOKED_AT_BYTES = 256
const NEWLINE = 0x0a

/**
 * Yields the requests of a file, one after another, with one at a time in memory: JSON documents, also in lists and in lines
 * of a log; protobuf messages, each after its length, or a single one. Throws `FILE_NOT_READABLE`, `UNSUPPORTED_COMPRESSION`,
 * `TOO_LARGE`, `NOT_OTLP`.
 */
export async function* requestsOf(path: string): AsyncGenerator<Buffer> {
  let reader: RequestReader | undefined
  let start: Buffer = Buffer.alloc(0)
  for await (const piece of openFile(path)) {
    let next = piece
    if (reader === undefined) {
      start = Buffer.concat([start, piece])
      next = start
      reader = start.length < ENOUGH_BYTES ? undefined : readerFor(start)
    }
    if (reader !== undefined) yield* reader.push(next)
    checkSize(path, reader === undefined ? start.length : reader.waiting)
  }
  if (reader === undefined) {
    reader = readerFor(start)
    if (reader === undefined) return // only white space counts as an empty file
    yield* reader.push(start)
  }
  yield* reader.end()
  if (reader instanceof LogLines && !reader.found) {
    throw new CollectorError(
      'NOT_OTLP',
      `${path} is text without OTLP in it: no line holds {"resourceSpans": … or {"resource": …. Write telemetry with an OTLP exporter, or the collector’s file exporter.`,
    )
  }
}

function checkSize(path: string, bytes: number): void {
  if (bytes <= MAX_REQUEST_BYTES) return
  throw new CollectorError('TOO_LARGE', `${path} holds a request of more than ${MAX_REQUEST_BYTES / 1024 / 1024} MB.`)
}

interface RequestReader {
  /** Bytes of the incomplete request. */
  readonly waiting: number
  push(piece: Buffer): Iterable<Buffer>
  end(): Iterable<Buffer>
}

/** Returns the reader for a file with this beginning; undefined while that is only white space. */
function readerFor(start: Buffer): RequestReader | undefined {
  const first = start.findIndex((byte) => byte > 0x20)
  // a protobuf request starts with the byte of a newline, and usually continues with a letter
  if (looksLikeJson(start)) return hasWholeFirstLine(start.subarray(first)) ? new JsonLines() : new JsonDocuments()
  if (isText(start)) return first < 0 ? undefined : new LogLines()
  return start[0] === 0 ? new Lengths() : new Whole()
}

/** Returns whether bytes start, after white space, with a JSON object or list. */
export function looksLikeJson(bytes: Buffer): boolean {
  const opened = bytes.findIndex((byte) => !isSpace(byte))
  const first = bytes[opened]
  if (first !== 0x7b && first !== 0x5b) return false
  const inside = bytes.subarray(opened + 1).find((byte) => !isSpace(byte))
  return inside === undefined || '"{}[]'.includes(String.fromCharCode(inside)) || first === 0x5b
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

function isText(start: Buffer): boolean {
  const ESCAPE = 0x1b
  return start.subarray(0, LOOKED_AT_BYTES).every((byte) => byte >= 0x20 || isSpace(byte) || byte === ESCAPE)
}

/**
 * Returns whether documents are on one line each: the first ends on its line, or its line is longer than what has arrived.
 */
function hasWholeFirstLine(json: Buffer): boolean {
  const newline = json.indexOf(NEWLINE)
  if (json[0] !== 0x7b) return false
  if (newline < 0) return true
  const documents = new JsonDocuments()
  return [...documents.push(json.subarray(0, newline))].length > 0 && documents.waiting === 0
}

/** Reads lines one by one, so that an invalid line does not affect the others. */
abstract class Lines implements RequestReader {
  #pieces: Buffer[] = []
  #bytes = 0

  get waiting(): number {
    return this.#bytes
  }

  *push(piece: Buffer): Generator<Buffer> {
    let from = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      yield* this.line(this.#joinRest(piece.subarray(from, end)))
      from = end + 1
    }
    this.#pieces.push(piece.subarray(from))
    this.#bytes += piece.length - from
  }

  *end(): Generator<Buffer> {
    yield* this.line(this.#joinRest(Buffer.alloc(0)))
  }

  protected abstract line(line: Buffer): Iterable<Buffer>

  #joinRest(last: Buffer): Buffer {
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last])
    this.#pieces = []
    this.#bytes = 0
    return whole
  }
}

class JsonLines extends Lines {
  protected *line(line: Buffer): Generator<Buffer> {
    if (line.length > 1 && line[0] === 0x7b && !line.includes('}{')) yield line
    else yield* documentsIn(line)
  }
}

function* documentsIn(bytes: Buffer): Generator<Buffer> {
  const documents = new JsonDocuments()
  yield* documents.push(bytes)
  yield* documents.end()
}

/** Lines of a log, some of which hold a request after the logger's prefix, as Java's logging exporter writes them. */
class LogLines extends Lines {
  found = false;

  protected *line(line: Buffer): Generator<Buffer> {
    const from = line.indexOf('{"resource')
    if (from < 0) return
    this.found = true
    for (const document of documentsIn(line.subarray(from))) {
      yield document
      return // the logger's suffix is not a request
    }
  }
}

/** Protobuf messages, each after its length in four bytes; the length of one below 16 MB starts with a zero byte. */
class Lengths implements RequestReader {
  #rest: Buffer = Buffer.alloc(0)

  get waiting(): number {
    return this.#rest.length
  }

  *push(piece: Buffer): Generator<Buffer> {
    let bytes = Buffer.concat([this.#rest, piece])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
      const end = 4 + bytes.readUInt32BE(0)
      yield bytes.subarray(4, end)
      bytes = bytes.subarray(end)
    }
    this.#rest = bytes
  }

  *end(): Generator<Buffer> {
    if (this.#rest.length > 0) yield this.#rest
  }
}

class Whole implements RequestReader {
  #pieces: Buffer[] = []
  waiting = 0

  push(piece: Buffer): Iterable<Buffer> {
    this.#pieces.push(piece)
    this.waiting += piece.length
    return []
  }

  *end(): Generator<Buffer> {
    yield Buffer.concat(this.#pieces)
  }
}
