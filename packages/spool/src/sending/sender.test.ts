import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { diag, DiagLogLevel } from '@opentelemetry/api'
import { expect, onTestFinished, test } from 'vitest'

import { readLosses } from '../losses.ts'
import { currentOwner } from '../owners/owner.ts'
import { readFrames } from '../segments/frame.ts'
import {
  filesOf,
  memoryExceeded,
  MemoryServer,
  rowsRefused,
  serverAway,
  serverError,
  testDirectory,
  testLog,
  testSpan,
} from '../spool-for-test.ts'
import { Spool } from '../spool.ts'
import { Sender, type SenderOptions } from './sender.ts'

interface House {
  readonly directory: string
  readonly server: MemoryServer
  readonly spool: Spool
  sender(options?: Partial<SenderOptions>): Sender
}

function house(): House {
  const directory = testDirectory()
  const server = new MemoryServer()
  const spool = new Spool({ directory })
  onTestFinished(() => spool.close())
  return { directory, server, spool, sender: (options) => new Sender({ directory, target: server, ...options }) }
}

/** Writes segments of one span each, or each of several frames. */
function fill(spool: Spool, segments: number, frames = 1, prefix = 's'): string[] {
  const ids: string[] = []
  for (let segment = 0; segment < segments; segment++) {
    for (let frame = 0; frame < frames; frame++) {
      const id = `<${prefix}-${segment}-${frame}>`
      ids.push(id)
      spool.add('otel_traces', testSpan(id))
      spool.flush()
    }
    spool.rotate()
  }
  return ids
}

const once = (ids: readonly string[]): number[] => ids.map(() => 1)
/** Returns all files that wait to be sent. */
const waiting = (directory: string): string[] =>
  readdirSync(directory).filter((name) => /\.(segment|sending|join|open)$/.test(name))

test('waiting segments are sent as one insert, and nothing is left', async () => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 5, 3)
  expect(await sender().send()).toEqual({ rows: 15, inserts: 1, done: true, error: null })
  expect(server.count('otel_traces', ids)).toEqual(once(ids))
  expect(waiting(directory)).toEqual([])
  expect(await sender().send()).toEqual({ rows: 0, inserts: 0, done: true, error: null })
})

test.each([60, 164, 497, 242, 243, 49, 1002, 999])(
  'one table’s error %d keeps no other table waiting',
  async (code) => {
    const { directory, server, spool, sender } = house()
    const spans = fill(spool, 2)
    spool.add('otel_logs', testLog('<log>'))
    spool.rotate()
    server.refuse = (table) => (table === 'otel_traces' ? serverError(code) : null)
    const sent = await sender().send()
    expect(sent).toMatchObject({ rows: 1, inserts: 1, done: false, error: { serverCode: code } })
    expect(server.count('otel_logs', ['<log>'])).toEqual([1])
    expect(waiting(directory).length).toBeGreaterThan(0)
    server.refuse = () => null
    expect(await sender().send()).toMatchObject({ rows: 2, done: true })
    expect(server.count('otel_traces', spans)).toEqual(once(spans))
  },
)

test('a server that does not answer is asked once a pass, not once a table', async () => {
  const { server, spool, sender } = house()
  fill(spool, 1)
  spool.add('otel_logs', testLog('log'))
  spool.rotate()
  server.refuse = serverAway
  expect(await sender().send()).toMatchObject({ done: false, error: { code: 'UNREACHABLE' } })
  expect(server.calls).toHaveLength(1)
})

test.each([
  ['torn JSON', '{"table":"otel_tr'],
  ['nothing', ''],
  ['null', 'null'],
  ['no table of ours', '{"table":"users","inserts":[],"consumed":[]}'],
  ['a path to elsewhere', '{"table":"otel_traces","inserts":[],"consumed":["../../precious"]}'],
  ['an insert without parts', '{"table":"otel_traces","inserts":[{"token":"t"}],"consumed":[]}'],
  ['an insert without a token', '{"table":"otel_traces","inserts":[{"parts":[]}],"consumed":[]}'],
])('a join that holds %s is set aside, named and counted, and keeps nothing waiting', async (_, text) => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 2)
  writeFileSync(join(directory, 'otel_traces~broken.join'), text)
  expect(await sender().send()).toMatchObject({ rows: 2, done: true, error: null })
  expect(server.count('otel_traces', ids)).toEqual(once(ids))
  expect(readdirSync(join(directory, 'damaged'))).toEqual(['otel_traces~broken.join'])
  expect(readLosses(directory)).toMatchObject([
    { reason: 'damaged', detail: expect.stringContaining('otel_traces~broken.join') },
  ])
})

test('a join whose segment was deleted is finished without it, and that is logged', async () => {
  const { directory, server, spool, sender } = house()
  const [first, second] = fill(spool, 2)
  server.refuse = serverAway
  await sender().send()
  const [segment] = filesOf(directory, '.segment')
  renameSync(join(directory, segment!), join(directory, 'elsewhere'))
  server.refuse = () => null
  expect(await sender().send()).toMatchObject({ done: true, error: null })
  expect(server.count('otel_traces', [first!, second!])).toEqual([0, 1])
  expect(readLosses(directory)).toMatchObject([{ reason: 'damaged', detail: expect.stringContaining(segment!) }])
})

test('empty segments are deleted and not sent', async () => {
  const { directory, server, sender } = house()
  const name = (state: string): string => join(directory, `otel_traces~00001790000000~host.1.1.0-ab~000001.${state}`)
  writeFileSync(name('segment'), '')
  expect(await sender().send()).toEqual({ rows: 0, inserts: 0, done: true, error: null })
  expect(server.calls).toEqual([])
  expect(waiting(directory)).toEqual([])
})

test('a directory with a segment’s name is ignored, and delays no segment', async () => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 2)
  mkdirSync(join(directory, 'otel_traces~00001790000000~host.1.1.0-ab~000001.segment'))
  expect(await sender().send()).toMatchObject({ rows: 2, done: true, error: null })
  expect(server.count('otel_traces', ids)).toEqual(once(ids))
})

test('a segment cut at any byte of its last block: the blocks before it arrive, the rest is set aside and counted', async () => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 1, 3)
  const [segment] = filesOf(directory, '.segment')
  const path = join(directory, segment!)
  const whole = readFileSync(path)
  const last = readFrames(whole).frames.at(-1)!
  for (let size = last.start; size < last.end; size++) {
    const own = path.replace('000001', String(size).padStart(6, '0'))
    writeFileSync(own, whole)
    truncateSync(own, size)
  }
  renameSync(path, join(directory, 'whole'))
  const cuts = last.end - last.start
  expect(await sender().send()).toMatchObject({ rows: 2 * cuts, done: true })
  expect(server.count('otel_traces', ids)).toEqual([cuts, cuts, 0])
  // a cut right after the previous block leaves nothing to set aside
  expect(readdirSync(join(directory, 'damaged'))).toHaveLength(cuts - 1)
  const bytes = readLosses(directory).reduce((sum, loss) => sum + loss.bytes, 0)
  expect(bytes).toBe((cuts * (cuts - 1)) / 2)
})

test('damage in the middle: the blocks around it arrive, the damaged bytes are kept and counted', async () => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 1, 5)
  const [segment] = filesOf(directory, '.segment')
  const path = join(directory, segment!)
  const bytes = readFileSync(path)
  const { frames } = readFrames(bytes)
  bytes.fill(0xff, frames[1]!.start + 20, frames[1]!.start + 24)
  bytes.writeUInt32LE(0xffff_fff0, frames[3]!.start + 4) // a length beyond the file
  writeFileSync(path, bytes)
  expect(await sender().send()).toMatchObject({ rows: 3, done: true })
  expect(server.count('otel_traces', ids)).toEqual([1, 0, 1, 0, 1])
  const aside = readdirSync(join(directory, 'damaged')).sort()
  expect(aside).toEqual([frames[1]!, frames[3]!].map(({ start }) => `${segment}@${start}`).sort())
  for (const frame of [frames[1]!, frames[3]!]) {
    const kept = readFileSync(join(directory, 'damaged', `${segment}@${frame.start}`))
    expect(kept.equals(bytes.subarray(frame.start, frame.end))).toBe(true)
  }
  expect(readLosses(directory).reduce((sum, loss) => sum + loss.bytes, 0)).toBe(
    frames[1]!.end - frames[1]!.start + frames[3]!.end - frames[3]!.start,
  )
})

test('a block that is refused for its rows is kept with the reason; all others arrive', async () => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 3, 4)
  const poison = '<s-1-2>'
  server.refuse = (_, blocks) =>
    blocks.some((block) => Buffer.from(block).includes(poison)) ? rowsRefused('Constraint `c` is violated') : null
  expect(await sender().send()).toMatchObject({ rows: 11, done: true, error: null })
  expect(server.count('otel_traces', ids)).toEqual(ids.map((id) => (id === poison ? 0 : 1)))
  const [block, reason] = readdirSync(join(directory, 'refused')).sort()
  expect(readFileSync(join(directory, 'refused', block!)).includes(poison)).toBe(true)
  expect(readFileSync(join(directory, 'refused', reason!), 'utf8')).toContain('Constraint `c` is violated')
  expect(readLosses(directory)).toMatchObject([{ reason: 'refused by ClickHouse', rows: 1 }])
})

test('data set aside does not grow without limit', async () => {
  const { directory, server, spool, sender } = house()
  mkdirSync(join(directory, 'refused'))
  writeFileSync(join(directory, 'refused', 'old'), '')
  truncateSync(join(directory, 'refused', 'old'), 64 * 1024 * 1024)
  fill(spool, 1)
  server.refuse = () => rowsRefused()
  expect(await sender().send()).toMatchObject({ done: true })
  expect(readdirSync(join(directory, 'refused'))).toEqual(['old'])
  expect(readLosses(directory)).toMatchObject([{ rows: 1, detail: expect.stringContaining('not kept') }])
})

test('too little memory: tried again as it is, then in halves, and never given up', async () => {
  const { server, spool, sender } = house()
  const ids = fill(spool, 4, 2)
  server.refuse = (_, blocks) => (blocks.length > 2 ? memoryExceeded() : null)
  const one = sender()
  for (let i = 0; i < 2; i++) expect(await one.send()).toMatchObject({ done: false, error: { serverCode: 241 } })
  expect(new Set(server.calls.map(({ token }) => token)).size).toBe(1)
  for (let i = 0; i < 6; i++) await one.send()
  expect(server.count('otel_traces', ids)).toEqual(once(ids))
  server.refuse = () => memoryExceeded()
  const more = fill(spool, 1, 1, 'more')
  for (let i = 0; i < 5; i++) expect(await one.send()).toMatchObject({ done: false })
  server.refuse = () => null
  expect(await one.send()).toMatchObject({ done: true })
  expect(server.count('otel_traces', more)).toEqual([1])
})

test('too many partitions: halved at once; too many parts: the same again later', async () => {
  const { server, spool, sender } = house()
  const ids = fill(spool, 4)
  server.refuse = (_, blocks) =>
    blocks.length > 1 ? serverError(252, 'Too many partitions for single INSERT block', { outcome: 'shrink' }) : null
  expect(await sender().send()).toMatchObject({ rows: 4, inserts: 4, done: true })
  expect(server.count('otel_traces', ids)).toEqual(once(ids))
  const more = fill(spool, 2, 1, 'more')
  server.calls.length = 0
  server.refuse = () =>
    serverError(252, 'Too many parts (3000). Merges are processing significantly slower than inserts')
  expect(await sender().send()).toMatchObject({ done: false })
  expect(await sender().send()).toMatchObject({ done: false })
  expect(new Set(server.calls.map(({ token }) => token)).size).toBe(1)
  server.refuse = () => null
  await sender().send()
  expect(server.count('otel_traces', more)).toEqual([1, 1])
})

test('segments that are not accepted in time are dropped and counted; those accepted late are not', async () => {
  const { directory, server, spool, sender } = house()
  const age = (): void => {
    for (const name of filesOf(directory, '.segment')) {
      renameSync(join(directory, name), join(directory, name.replace(/~\d{14}~/, '~00001000000000~')))
    }
  }
  const late = fill(spool, 2)
  age()
  expect(await sender().send()).toMatchObject({ rows: 2, done: true })
  expect(server.count('otel_traces', late)).toEqual([1, 1])

  fill(spool, 3, 2, 'lost')
  age()
  server.refuse = serverAway
  expect(await sender().send()).toMatchObject({ rows: 0, done: false })
  expect(waiting(directory)).toEqual([])
  expect(readLosses(directory)).toMatchObject([{ reason: 'too old', rows: 6 }])
  const young = fill(spool, 1, 1, 'young')
  await sender().send()
  server.refuse = () => null
  await sender().send()
  expect(server.count('otel_traces', young)).toEqual([1])
})

test('segments of dead writers are taken, of living ones not, of those that cannot be seen when they were silent', async () => {
  const { directory, server, spool, sender } = house()
  const [, inner, ...rest] = fill(spool, 1, 1, 'x')
  expect([inner, ...rest]).toEqual([undefined])
  const [segment] = filesOf(directory, '.segment')
  const bytes = readFileSync(join(directory, segment!))
  const { host, boot, namespace, pid, ticks } = currentOwner()
  const put = (writer: string, ageSeconds = 0): void => {
    const path = join(directory, `otel_traces~${String(Date.now()).padStart(14, '0')}~${writer}~000001.open`)
    writeFileSync(path, bytes)
    const at = Date.now() / 1000 - ageSeconds
    utimesSync(path, at, at)
  }
  const here = `${host}.${boot}.${namespace}`
  const container = `${host}.${boot}.1`
  const machine = `${host}.abcdefabcdef.${namespace}`
  put(`${here}.${pid}.${ticks}.0-aa`)
  put(`${container}.4194303.1.0-ab`, 5)
  put(`${machine}.4194303.1.0-ac`, 200)
  put(`${host}.4194303.1.0-ad`, 200) // from an earlier version
  expect(await sender().send()).toMatchObject({ rows: 1 })
  expect(filesOf(directory, '.open')).toHaveLength(4)
  put(`${here}.${pid}.${ticks - 1}.0-ba`) // this process id, of an earlier process
  put(`${here}.4194303.1.0-bb`)
  put(`${here}.${pid}.${ticks}.7-bc`, 20) // a worker thread that was terminated
  put(`${container}.${pid}.${ticks}.0-bd`, 20)
  put(`${machine}.${pid}.${ticks}.0-be`, 400)
  put(`${host}.${pid}.${ticks}.0-bf`, 400)
  expect(await sender().send()).toMatchObject({ rows: 6 })
  expect(server.count('otel_traces', ['<x-0-0>'])).toEqual([7])
})

test('where nothing was ever recorded there is nothing to send', async () => {
  const directory = join(testDirectory(), 'nowhere')
  const sent = await new Sender({ directory, target: new MemoryServer() }).send()
  expect(sent).toEqual({ rows: 0, inserts: 0, done: true, error: null })
})

test('files that a killed process was about to rename are swept away', async () => {
  const { directory, sender } = house()
  for (const name of ['otel_traces~1.join.new', 'sender.1.2.abc.new']) {
    writeFileSync(join(directory, name), '{')
    utimesSync(join(directory, name), 1000, 1000)
  }
  writeFileSync(join(directory, 'sender.3.4.def.new'), '{')
  await sender().send()
  expect(filesOf(directory, '.new')).toEqual(['sender.3.4.def.new'])
})

test('a target that throws anything at any call: the same inserts with the same tokens, until all is there once', async () => {
  const { directory, server, spool, sender } = house()
  const ids = fill(spool, 3, 2)
  spool.add('otel_logs', testLog('<log>'))
  spool.rotate()
  for (const error of [new TypeError('odd'), 'text', undefined, serverAway()]) {
    server.refuse = () => {
      throw error
    }
    expect((await sender().send()).error).not.toBeNull()
  }
  // stored, but the first answer to each call is lost
  const answered = new Set<string>()
  const target = {
    prepare: async (): Promise<void> => undefined,
    insertNative: async (...[table, blocks, token]: Parameters<MemoryServer['insertNative']>): Promise<void> => {
      await server.insertNative(table, blocks, token)
      if (answered.has(token)) return
      answered.add(token)
      throw serverAway()
    },
  }
  server.refuse = () => null
  for (let i = 0; i < 5; i++) await sender({ target }).send()
  expect(server.count('otel_traces', ids)).toEqual(once(ids))
  expect(server.count('otel_logs', ['<log>'])).toEqual([1])
  expect(waiting(directory)).toEqual([])
})

test('a user who may not create tables still sends into those that are there', async () => {
  const { server, spool, sender } = house()
  const ids = fill(spool, 1)
  server.prepare = async () => {
    throw serverError(497, 'Not enough privileges')
  }
  expect(await sender().send()).toMatchObject({ rows: 1, done: true, error: null })
  expect(server.count('otel_traces', ids)).toEqual([1])
})

test('a failure is logged once, not at each attempt', async () => {
  const said: string[] = []
  const hear = (text: string): void => void said.push(text)
  diag.setLogger(
    { error: hear, warn: hear, info: hear, debug: hear, verbose: hear },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  onTestFinished(() => diag.disable())
  const { server, spool, sender } = house()
  fill(spool, 1)
  let tries = 0
  server.refuse = () => memoryExceeded(`memory limit exceeded: would use ${++tries} GiB`)
  const one = sender()
  for (let i = 0; i < 4; i++) await one.send()
  expect(tries).toBe(4)
  expect(said.filter((text) => text.includes('waits on disk'))).toHaveLength(1)
})

test('stopping waits for the insert under way and begins no other', async () => {
  const { server, spool, sender } = house()
  const before = fill(spool, 1)
  spool.add('otel_logs', testLog('<log>'))
  spool.rotate()
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const one = sender({
    target: {
      prepare: async () => undefined,
      insertNative: async (...insert) => {
        begin()
        await gate
        await server.insertNative(...insert)
      },
    },
  })
  const sending = one.send()
  await begun
  const stopping = one.stop()
  release()
  await stopping
  expect(await sending).toMatchObject({ inserts: 1, done: false })
  expect(await sender().send()).toMatchObject({ inserts: 1, done: true })
  expect(server.count('otel_traces', before)).toEqual([1])
  expect(server.count('otel_logs', ['<log>'])).toEqual([1])
})

test('files of the spool are readable by their owner only', async () => {
  const { directory, server, spool, sender } = house()
  fill(spool, 1)
  server.refuse = serverAway
  await sender().send()
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0)
  chmodSync(directory, 0o700)
})
