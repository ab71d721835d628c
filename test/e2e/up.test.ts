import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

/* The command line with obstacles. Runs the build. */

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-up-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  rmSync(dir, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  output(): string
}

function start(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(program, args, { cwd: dir, env: { ...process.env, ...environment } })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (part: Buffer) => (text += part.toString()))
  return { child, output: () => text }
}

async function until(holds: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + 50_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within 50 s: ${what()}`)
    await sleep(50)
  }
}

function run(args: readonly string[], shell?: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const [program, all] = shell === undefined ? [process.execPath, [BIN, ...args]] : ['/bin/sh', ['-c', shell]]
  return new Promise((resolve) => {
    execFile(program, all, { cwd: dir }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a signal to `npx runspan up` ends up and its engine', async () => {
  writeFileSync(join(dir, 'package.json'), '{"name":"p"}')
  mkdirSync(join(dir, 'node_modules/.bin'), { recursive: true })
  symlinkSync(BIN, join(dir, 'node_modules/.bin/runspan'))
  const { child, output } = start('npx', ['runspan', 'up', '--no-otlp', '--data', 'data'])
  await until(() => output().includes('Up.'), output)
  const { pid, ownerPid } = JSON.parse(readFileSync(join(dir, 'data/server.json'), 'utf8')) as Record<string, number>
  expect([isAlive(pid!), isAlive(ownerPid!)]).toEqual([true, true])
  child.kill('SIGTERM')
  await until(() => !isAlive(pid!) && !isAlive(ownerPid!), output)
})

const NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc']
const hasNamespaces = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0
test.skipIf(!hasNamespaces && process.env['RUNSPAN_TEST_ALL'] !== '1')(
  'process 1 of a container can be stopped while it starts (skipped: needs the right to make a PID namespace)',
  async () => {
    const { child, output } = start('unshare', [...NAMESPACE, process.execPath, BIN, 'up', '--no-otlp', '--data', 'd'])
    try {
      await until(() => existsSync(join(dir, 'd')), output)
      const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
      process.kill(Number(inside), 'SIGTERM')
      await until(() => child.exitCode !== null || child.signalCode !== null || output().includes('Up.'), output)
      expect([child.exitCode, output()]).toEqual([143, ''])
    } finally {
      child.kill('SIGKILL') // a process 1 that ignores signals would stay
    }
  },
)

test('beside another one it begins with its own words', async () => {
  const first = start(process.execPath, [BIN, 'up', '--data', 'one'])
  await until(() => first.output().includes('Up.'), first.output)
  const second = start(process.execPath, [BIN, 'up', '--data', 'two'])
  await until(() => second.output().includes('Up.'), second.output)
  expect(second.output()).toMatch(/^ClickHouse {3}http/)
  expect(second.output()).toContain('OTLP ')
})

test('doctor is content with a data directory that it makes', async () => {
  const { stdout } = await run(['doctor', '--json', '--data', 'not/yet/there'])
  const checks = JSON.parse(stdout) as { check: string; ok: boolean; detail: string }[]
  expect(checks.find(({ check }) => check === 'data directory')).toMatchObject({
    ok: true,
    detail: expect.stringContaining('made when something is recorded'),
  })
})

test('too few open files: one line that says what to do, and no stack', async () => {
  // with fewer, Node itself fails before it reads the program
  for (const limit of [40, 64, 128]) {
    const { code, stdout, stderr } = await run(
      [],
      `ulimit -n ${limit}; "${process.execPath}" "${BIN}" runs --data data`,
    )
    const said = code === 0 ? stdout : stderr
    expect(said).toMatch(code === 0 ? /No runs here yet/ : /^runspan: .*(EMFILE|open files).*ulimit -n/)
    expect(stderr).not.toMatch(/^\s+at /m)
  }
})

test('regressions: a duration is not a version', async () => {
  const { code, stderr } = await run(['regressions', '--baseline', '4.1.0', '--candidate', '1m', '--data', 'data'])
  expect(code).toBe(2)
  expect(stderr).toContain('1m is a length of time. Give a range such as 1m..')
})
