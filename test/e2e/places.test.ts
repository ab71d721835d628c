import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/*
 * Tracking never throws into its host: in places where nothing can be recorded the program runs as without tracking, and
 * prints one line with the reason. The programs run the build.
 */

const built = (path: string): string => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
const LIBRARY = pathToFileURL(built('runspan/dist/index.js')).href
const REGISTER = built('instrumentation/dist/register.js')
const BIN = built('runspan/bin/runspan.js')
const isRoot = process.getuid?.() === 0
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission'
/** Enables Node.js' permission model, without its own warnings. */
const permitting = (...allowed: string[]): string[] => [
  PERMISSION,
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=SecurityWarning',
  ...allowed,
]
/** A user without an entry in passwd, and so without a home directory. */
const NOBODY = 54_321

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-places-'))
  chmodSync(dir, 0o777)
  writeFileSync(
    join(dir, 'tracked.mjs'),
    `import { TaskManager } from '${LIBRARY}'
const taskManager = new TaskManager()
const answer = await taskManager.withRun('place', {}, (run) => run.withTask('task', async () => 42))
await taskManager.close()
console.log('answer', answer)
process.exitCode = 7`,
  )
  writeFileSync(join(dir, 'plain.mjs'), `console.log('answer', 42)\nprocess.exitCode = 7`)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

type Way = 'new TaskManager()' | '--import register'
/** Hooks on ES modules need a thread, which is not allowed. */
const NO_HOOKS = /^runspan: libraries that are ES modules are not instrumented: .* does not allow WorkerThreads$/

interface Place {
  /** Creates the place; returns `RUNSPAN_DATA`, or nothing to leave it unset. */
  readonly make: () => string | undefined
  readonly env?: () => NodeJS.ProcessEnv
  readonly uid?: number
  /** Shell command before the program. */
  readonly before?: string
  /** Node.js' own arguments. */
  readonly flags?: () => readonly string[]
  readonly recorded?: true
  /** Why tracking is off; undefined if it is on. */
  readonly says?: RegExp
  /** What is missing although tracking is on, by the way it was enabled. */
  readonly lacks?: Readonly<Partial<Record<Way, RegExp>>>
}

const PLACES: Readonly<Record<string, Place>> = {
  'a directory that may not be written': {
    uid: NOBODY,
    make: () => {
      mkdirSync(join(dir, 'closed'), { mode: 0o755 })
      return join(dir, 'closed/data')
    },
    says: /EACCES/,
  },
  'a file where the directory should be': {
    make: () => {
      writeFileSync(join(dir, 'file'), '')
      return join(dir, 'file')
    },
    says: /ENOTDIR/,
  },
  'a link that leads nowhere': {
    make: () => {
      symlinkSync(join(dir, 'nowhere'), join(dir, 'link'))
      return join(dir, 'link')
    },
    says: /a link that leads nowhere/,
  },
  'a link that leads to itself': {
    make: () => {
      symlinkSync(join(dir, 'loop'), join(dir, 'loop'))
      return join(dir, 'loop')
    },
    says: /ELOOP/,
  },
  'a name that is too long': { make: () => join(dir, 'x'.repeat(256)), says: /ENAMETOOLONG/ },
  '/proc': { make: () => '/proc/runspan', says: /cannot be made/ },
  'a working directory that was deleted': {
    before: `mkdir gone; cd gone; rmdir "$PWD";`,
    make: () => undefined,
    says: /the working directory was deleted/,
  },
  'a working directory that was deleted, and a data directory': {
    before: `mkdir gone; cd gone; rmdir "$PWD";`,
    make: () => join(dir, 'data'),
    recorded: true,
  },
  'a user without a home': {
    uid: NOBODY,
    make: () => join(dir, 'data'),
    recorded: true,
  },
  'a setting that cannot be': {
    make: () => join(dir, 'data'),
    env: () => ({ RUNSPAN_METRICS_INTERVAL: 'soon' }),
    says: /RUNSPAN_METRICS_INTERVAL must be/,
  },
  'a configuration file that is none': {
    make: () => {
      writeFileSync(join(dir, 'named.yaml'), 'tracking: [')
      return join(dir, 'data')
    },
    env: () => ({ RUNSPAN_CONFIG: join(dir, 'named.yaml') }),
    says: /named\.yaml:1:/,
  },
  "Node.js' permission model, without a directory to write": {
    make: () => join(dir, 'data'),
    flags: () => permitting('--allow-fs-read=*'),
    says: /permission model does not allow FileSystemWrite of .*data/,
    lacks: { '--import register': NO_HOOKS },
  },
  "Node.js' permission model, with one": {
    make: () => {
      mkdirSync(join(dir, 'data'), { mode: 0o777 })
      return join(dir, 'data')
    },
    flags: () => permitting('--allow-fs-read=*', `--allow-fs-write=${join(dir, 'data')}`),
    recorded: true,
    lacks: { '--import register': NO_HOOKS },
  },
  "Node.js' permission model, with nothing else to read": {
    make: () => {
      mkdirSync(join(dir, 'data'), { mode: 0o777 })
      return join(dir, 'data')
    },
    flags: () =>
      permitting(
        ...[ROOT, ...['tracked.mjs', 'plain.mjs', 'data'].map((name) => join(dir, name))].map(
          (path) => `--allow-fs-read=${path}`,
        ),
        `--allow-fs-write=${join(dir, 'data')}`,
      ),
    recorded: true,
    lacks: { '--import register': NO_HOOKS, 'new TaskManager()': /^runspan: \/proc\/self\/statm cannot be read: / },
  },
  'standard error that is closed': { before: 'exec 2>&-;', make: () => '/proc/runspan' },
}

async function run(
  args: readonly string[],
  place: Place,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { HOME: _home, RUNSPAN_DATA: _data, ...inherited } = process.env
  const data = place.make()
  const child = spawn(
    'sh',
    ['-c', `${place.before ?? ''} exec "$0" "$@"`, process.execPath, ...(place.flags?.() ?? []), ...args],
    {
      cwd: dir,
      env: {
        ...inherited,
        ...(place.uid === undefined ? { HOME: dir } : {}),
        ...(data === undefined ? {} : { RUNSPAN_DATA: data }),
        ...place.env?.(),
      },
      ...(place.uid === undefined ? {} : { uid: place.uid, gid: place.uid }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

const WAYS: readonly (readonly [Way, () => readonly string[]])[] = [
  ['new TaskManager()', () => [join(dir, 'tracked.mjs')]],
  ['--import register', () => ['--import', REGISTER, join(dir, 'plain.mjs')]],
]

describe.each(Object.entries(PLACES))('%s', (_, place) => {
  // becoming another user needs root, and files that the user may read
  const skipped = place.uid !== undefined && !isRoot
  test.skipIf(skipped).each(WAYS)('%s: the program runs as without', async (way, args) => {
    const { code, stdout, stderr } = await run(args(), place)
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'answer 42\n' })
    const lines = stderr.split('\n').filter((line) => line !== '')
    const lacking = lines.filter((line) => !line.startsWith('runspan: tracking is off: '))
    const lack = place.lacks?.[way]
    expect(lacking).toHaveLength(lack === undefined ? 0 : 1)
    for (const line of lacking) expect(line).toMatch(lack!)
    const off = lines.filter((line) => !lacking.includes(line))
    expect(off).toHaveLength(place.says === undefined ? 0 : 1)
    for (const line of off) expect(line).toMatch(place.says!)
    for (const line of off) expect(line).toMatch(/\. `runspan doctor` has details\.$/)
    expect(existsSync(join(dir, 'data/spool'))).toBe(place.recorded === true)
  })
})

const hasMounts = spawnSync('unshare', ['--mount', 'true']).status === 0
test.skipIf(!hasMounts && process.env['RUNSPAN_TEST_ALL'] !== '1')(
  'without /proc the program runs, is tracked, and one line says what is not measured (skipped: needs the right to make mount namespaces)',
  async () => {
    const child = spawn(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        'mount -t tmpfs none /proc && exec "$0" "$@"',
        process.execPath,
        join(dir, 'tracked.mjs'),
      ],
      { cwd: dir, env: { ...process.env, RUNSPAN_DATA: join(dir, 'data') }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'answer 42\n' })
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^runspan: \/proc\/self\/\w+ cannot be read: its values are not measured/),
    ])
    expect(readdirSync(join(dir, 'data/spool')).some((name) => name.startsWith('otel_traces'))).toBe(true)
  },
)

describe('no file can be opened any more', () => {
  const FILL = `import { openSync, closeSync } from 'node:fs'
import { TaskManager } from '${LIBRARY}'
const open = []
const fill = () => { try { for (;;) open.push(openSync('/dev/null', 'r')) } catch { return } }
const answer = (manager) => manager.withRun('place', (run) => run.withTask('task', () => 42))`

  test.each([
    ['before it begins', 'fill()\nconst manager = new TaskManager()', /tracking is off: .*too many open files/],
    ['once it has begun', 'const manager = new TaskManager()\nfill()', /telemetry lost \(not writable\): .*EMFILE/],
  ])('%s: the program runs as without, and that is said', async (_, start, says) => {
    writeFileSync(
      join(dir, 'fill.mjs'),
      `${FILL}\n${start}\nconsole.log('answer', await answer(manager))\nawait manager.close()\nprocess.exitCode = 7`,
    )
    const place = { before: 'ulimit -n 64;', make: () => join(dir, 'data') }
    const { code, stdout, stderr } = await run([join(dir, 'fill.mjs')], place)
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'answer 42\n' })
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  test('for a while: what runs afterwards is recorded again', async () => {
    writeFileSync(
      join(dir, 'fill.mjs'),
      `${FILL}
const manager = new TaskManager()
fill()
await answer(manager)
for (const descriptor of open.splice(0)) closeSync(descriptor)
console.log('answer', await answer(manager))
await manager.close()
process.exitCode = 7`,
    )
    const { code, stdout } = await run([join(dir, 'fill.mjs')], {
      before: 'ulimit -n 64;',
      make: () => join(dir, 'data'),
    })
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'answer 42\n' })
    expect(readdirSync(join(dir, 'data/spool')).some((name) => name.startsWith('otel_traces'))).toBe(true)
  })
})

test('doctor says why nothing is recorded', async () => {
  symlinkSync(join(dir, 'nowhere'), join(dir, 'link'))
  const { code, stdout } = await run([BIN, 'doctor', '--json'], { make: () => join(dir, 'link') })
  expect(code).toBe(1)
  const checks = JSON.parse(stdout) as { check: string; ok: boolean; detail: string; fix: string | null }[]
  expect(checks.find(({ check }) => check === 'data directory')).toEqual({
    check: 'data directory',
    ok: false,
    detail: expect.stringContaining('a link that leads nowhere'),
    fix: expect.stringContaining('RUNSPAN_DATA'),
  })
})
