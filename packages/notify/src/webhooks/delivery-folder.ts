import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { makePrivateDirectory, writePrivateFile } from '../private-files.ts'
import { type Delivery, parseDelivery } from './delivery.ts'

/** A delivery's file, as its name describes it. */
export interface DeliveryFile {
  readonly name: string
  readonly id: string
  readonly enqueuedAt: number
  /** Size of the body. */
  readonly bytes: number
}

const NAME = /^(\d{13,16})\.(msg_[0-9a-f]{24})\.(\d{1,9})\.json$/
/** Minimum milliseconds between two listings for changes by other processes. */
const LIST_EVERY_MS = 500
/** Milliseconds in which a second change may leave the directory's time unchanged. */
const CLOCK_TICK_MS = 50
/** Age from which a temporary file belongs to a killed process. */
const STALE_MS = 60_000

/** Stores deliveries in a directory, a file each, oldest first by name; several processes may add and remove. */
export class DeliveryFolder {
  readonly directory: string
  private files: DeliveryFile[] = []
  private readonly byId = new Map<string, DeliveryFile>()
  private changedAt = -1
  /** Time on the monotonic clock. */
  private listedAtMs = -Infinity
  private total = 0

  constructor(directory: string) {
    this.directory = directory
    makePrivateDirectory(directory)
  }

  /** Returns the files, oldest first; changes by other processes appear after half a second. */
  list(): readonly DeliveryFile[] {
    const now = Date.now()
    if (performance.now() - this.listedAtMs < LIST_EVERY_MS) return this.files
    this.listedAtMs = performance.now()
    const changedAt = statSync(this.directory).mtimeMs
    if (changedAt !== this.changedAt) this.readAll()
    this.changedAt = now - changedAt < CLOCK_TICK_MS ? -1 : changedAt
    return this.files
  }

  private readAll(): void {
    const files: DeliveryFile[] = []
    for (const name of readdirSync(this.directory)) {
      const match = NAME.exec(name)
      if (match !== null) files.push({ name, id: match[2]!, enqueuedAt: Number(match[1]), bytes: Number(match[3]) })
    }
    files.sort((a, b) => a.enqueuedAt - b.enqueuedAt || (a.name < b.name ? -1 : 1))
    this.byId.clear()
    this.files = []
    this.total = 0
    for (const file of files) {
      // two processes received one event at the same time
      if (this.byId.has(file.id)) rmSync(join(this.directory, file.name), { force: true })
      else this.index(file)
    }
  }

  private index(file: DeliveryFile): void {
    this.files.push(file)
    this.byId.set(file.id, file)
    this.total += file.bytes
  }

  get count(): number {
    return this.files.length
  }

  get bytes(): number {
    return this.total
  }

  find(id: string): DeliveryFile | undefined {
    return this.byId.get(id)
  }

  /** Returns the delivery; null if another process was faster, or if the file is damaged. */
  read({ name }: DeliveryFile): Delivery | null {
    try {
      return parseDelivery(readFileSync(join(this.directory, name), 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  /** Writes a delivery, or overwrites it. */
  write(delivery: Delivery): DeliveryFile {
    const bytes = Buffer.byteLength(delivery.body)
    const { id, enqueuedAt } = delivery
    const file = { name: `${enqueuedAt}.${id}.${bytes}.json`, id, enqueuedAt, bytes }
    writePrivateFile(this.directory, file.name, JSON.stringify(delivery))
    const known = this.byId.get(id)
    if (known !== undefined && known.name !== file.name) this.remove(known)
    if (known?.name !== file.name) this.index(file) // the newest comes last
    return file
  }

  remove(file: DeliveryFile): void {
    rmSync(join(this.directory, file.name), { force: true })
    const at = this.files.findIndex(({ name }) => name === file.name)
    if (at < 0) return
    this.files.splice(at, 1)
    this.total -= file.bytes
    if (this.byId.get(file.id)?.name === file.name) this.byId.delete(file.id)
  }

  /** Deletes the unfinished files of killed processes. */
  sweep(): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.endsWith('.new')) continue
      const path = join(this.directory, name)
      const found = statSync(path, { throwIfNoEntry: false })
      if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) rmSync(path, { force: true })
    }
  }
}
