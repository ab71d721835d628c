import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type Configuration, loadConfiguration } from './index.ts'

const BUILT = new URL('../dist/index.js', import.meta.url).href

const isRoot = process.getuid?.() === 0
const OTHER = 54_321

test.runIf(!isRoot)('skipped: needs root, which can make files of another user', () => {
  expect(isRoot).toBe(false)
})

let dir: string
let work: string
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'runspan-trust-')))
  work = join(dir, 'victim/work')
  mkdirSync(work, { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function load(environment: NodeJS.ProcessEnv = {}): Configuration {
  return loadConfiguration({ environment, from: work, home: join(dir, 'home') })
}

function configure(at: string): string {
  const path = join(at, 'runspan.config.yaml')
  writeFileSync(path, 'tracking: { metrics: { interval: 7 } }\n')
  return path
}

const OUR_FILES: [string, () => void][] = [
  ['a file of ours', () => void configure(dir)],
  ['a link of ours', () => symlinkSync(configure(work), join(dir, 'runspan.config.yaml'))],
  ['a directory that all may write, but sticky as /tmp', () => (configure(dir), chmodSync(dir, 0o1777))],
  ['a file that others may read', () => chmodSync(configure(dir), 0o644)],
]
test.each(OUR_FILES)('%s is used', (_, arrange) => {
  arrange()
  expect(load()).toMatchObject({ values: { metricsIntervalSeconds: 7 }, ignored: [] })
})

const WRITABLE: [string, () => void, RegExp][] = [
  ['a file that all may write', () => chmodSync(configure(dir), 0o666), /^can be written by every user$/],
  [
    'a file in a directory that all may write',
    () => (configure(dir), chmodSync(dir, 0o777)),
    /^lies in .*, which can be written by every user$/,
  ],
]
test.each(WRITABLE)('%s is ignored', (_, arrange, reason) => {
  arrange()
  const { values, file, ignored } = load()
  expect({ file, interval: values.metricsIntervalSeconds }).toEqual({ file: null, interval: 1 })
  expect(ignored).toEqual([{ path: join(dir, 'runspan.config.yaml'), reason: expect.stringMatching(reason) }])
})

const OTHERS: [string, () => void, RegExp][] = [
  [
    'a file of another user',
    () => {
      chownSync(dir, OTHER, OTHER)
      execFileSync('/bin/sh', ['-c', 'echo "tracking: { metrics: { interval: 7 } }" > runspan.config.yaml'], {
        cwd: dir,
        uid: OTHER,
        gid: OTHER,
      })
    },
    /^belongs to another user \(uid 54321\)$/,
  ],
  [
    'a file of ours in a directory of another user',
    () => (configure(dir), chownSync(dir, OTHER, OTHER)),
    /^lies in .*, which belongs to another user/,
  ],
  [
    'another user’s link to a file of ours',
    () => {
      mkdirSync(join(dir, 'elsewhere'))
      configure(join(dir, 'elsewhere'))
      symlinkSync(join(dir, 'elsewhere/runspan.config.yaml'), join(dir, 'runspan.config.yaml'))
      lchownSync(join(dir, 'runspan.config.yaml'), OTHER, OTHER)
    },
    /^is a link that belongs to another user/,
  ],
  [
    'our link to a file of another user',
    () => {
      mkdirSync(join(dir, 'elsewhere'))
      chownSync(configure(join(dir, 'elsewhere')), OTHER, OTHER)
      symlinkSync(join(dir, 'elsewhere/runspan.config.yaml'), join(dir, 'runspan.config.yaml'))
    },
    /^belongs to another user/,
  ],
  [
    'a file that a group of others may write',
    () => {
      chownSync(configure(dir), 0, OTHER)
      chmodSync(join(dir, 'runspan.config.yaml'), 0o664)
    },
    /^can be written by group 54321$/,
  ],
]
test.skipIf(!isRoot).each(OTHERS)('%s is ignored', (_, arrange, reason) => {
  arrange()
  const { values, file, ignored } = load()
  expect({ file, interval: values.metricsIntervalSeconds }).toEqual({ file: null, interval: 1 })
  expect(ignored).toEqual([{ path: join(dir, 'runspan.config.yaml'), reason: expect.stringMatching(reason) }])
})

test.skipIf(!isRoot)('a file of ours further up is used instead, and what is named is used', () => {
  const planted = join(dir, 'victim/runspan.config.yaml')
  writeFileSync(planted, 'tracking: { metrics: { interval: 9 } }\n')
  chownSync(planted, OTHER, OTHER)
  configure(dir)
  expect(load().values.metricsIntervalSeconds).toBe(7)
  expect(load().ignored.map(({ path }) => path)).toEqual([planted])
  expect(load({ RUNSPAN_CONFIG: planted })).toMatchObject({ values: { metricsIntervalSeconds: 9 }, ignored: [] })
})

test.skipIf(!isRoot)('the home directory’s file of another user is ignored', () => {
  const personal = join(dir, 'home/.runspan/tracking.yaml')
  mkdirSync(join(dir, 'home/.runspan'), { recursive: true })
  writeFileSync(personal, 'tracking: { metrics: { interval: 7 } }\n')
  expect(load().values.metricsIntervalSeconds).toBe(7)
  chownSync(personal, OTHER, OTHER)
  expect(load()).toMatchObject({ values: { metricsIntervalSeconds: 1 }, ignored: [{ path: personal }] })
})

const DIRECTORIES: [string, (path: string) => void][] = [
  ['of another user', (path) => chownSync(path, OTHER, OTHER)],
  ['that all may write', (path) => chmodSync(path, 0o777)],
  [
    'with a connection file of another user',
    (path) => {
      writeFileSync(join(path, 'server.json'), '{}')
      chownSync(join(path, 'server.json'), OTHER, OTHER)
    },
  ],
]
test.skipIf(!isRoot).each(DIRECTORIES)('a data directory %s is ignored', (_, spoil) => {
  const planted = join(dir, '.runspan')
  mkdirSync(planted)
  expect(load().values.dataDir).toBe(planted)
  spoil(planted)
  writeFileSync(join(dir, 'package.json'), '{}') // the rule "beside package.json" must not select it
  expect(load()).toMatchObject({ values: { dataDir: join(work, '.runspan') }, ignored: [{ path: planted }] })
  expect(load({ RUNSPAN_DATA: planted })).toMatchObject({ values: { dataDir: planted }, ignored: [] })
})

test.skipIf(!isRoot)('another user’s data directory in the working directory itself is an error', () => {
  mkdirSync(join(work, '.runspan'))
  chownSync(join(work, '.runspan'), OTHER, OTHER)
  expect(() => load()).toThrow(/cannot be used: it belongs to another user \(uid 54321\)\. Name another by --data/)
})

/** A user whose group has the same name and no other member, such as `www-data`. */
const loneUser = isRoot
  ? readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(
        ([name, , uid, gid]) =>
          uid !== '0' &&
          readFileSync('/etc/group', 'utf8').split('\n').includes(`${name}:x:${gid}:`) &&
          readFileSync('/etc/passwd', 'utf8').split(`:${gid}:`).length === (uid === gid ? 2 : 3),
      )
  : undefined
test.skipIf(loneUser === undefined)('a user’s files may be writable by the user’s own group', () => {
  const [uid, gid] = [Number(loneUser![2]), Number(loneUser![3])]
  const path = configure(dir)
  for (const one of [dir, path]) chownSync(one, uid, gid)
  chmodSync(dir, 0o775)
  const fileUsed = (): string =>
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { loadConfiguration } from '${BUILT}'; console.log(loadConfiguration().file)`,
      ],
      { cwd: dir, uid, gid, env: { HOME: '/nowhere' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
  chmodSync(path, 0o664)
  expect(fileUsed()).toBe(`${path}\n`)
  chownSync(path, uid, OTHER)
  expect(fileUsed()).toBe('null\n')
})
