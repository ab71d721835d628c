import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { afterAll, expect, test } from 'vitest'

/*
 * The systemd unit. No systemd runs in tests: its own tool checks the unit, and strace shows the system calls that the filter
 * must allow.
 */

const UNIT = fileURLToPath(new URL('../../deploy/systemd/runspan.service', import.meta.url))
const COMMAND = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'
const has = (tool: string): boolean => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0
const hasSystemd = has('systemd-analyze')
const hasStrace = has('strace')

const directory = mkdtempSync(join(tmpdir(), 'runspan-unit-'))
const unit = join(directory, 'runspan.service')
copyFileSync(UNIT, unit)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test.runIf(!hasSystemd || !hasStrace)('skipped: needs systemd-analyze and strace', () => {
  expect(ALL, 'CI has to have them').toBe(false)
})

test.skipIf(!hasSystemd)(`the unit is one${hasSystemd ? '' : ' (skipped: needs systemd-analyze)'}`, () => {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
  expect([status, stderr.split('\n').filter((line) => line.includes('runspan.service'))]).toEqual([0, []])
})

test.skipIf(!hasSystemd)('systemd calls its exposure low: below 4 of 10', () => {
  const args = ['security', '--offline=true', '--no-pager', '--threshold=40', unit]
  const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  expect(status, stdout.trim().split('\n').at(-1)).toBe(0)
})

/** Returns the system calls that `SystemCallFilter=` allows, with its sets resolved. */
function allowedCalls(): Set<string> {
  const listed = execFileSync('systemd-analyze', ['--no-pager', 'syscall-filter'], { encoding: 'utf8', stdio: 'pipe' })
  const sets = new Map<string, string[]>()
  for (const block of listed.split(/\n(?=@)/)) {
    const [name, ...lines] = block.split('\n').map((line) => line.trim())
    sets.set(
      name!,
      lines.filter((line) => /^@?[\w-]+$/.test(line)),
    )
  }
  const resolved = (name: string): string[] =>
    name.startsWith('@') ? (sets.get(name) ?? []).flatMap(resolved) : [name]
  const [, filter] = /^SystemCallFilter=(.*)$/m.exec(readFileSync(UNIT, 'utf8'))!
  return new Set(filter!.split(' ').flatMap(resolved))
}

test.skipIf(!hasSystemd || !hasStrace)(
  `the filter lets through every system call of runspan up and its engine${hasStrace ? '' : ' (skipped: needs strace)'}`,
  async () => {
    const allowed = allowedCalls()
    expect(allowed.size).toBeGreaterThan(200)
    const trace = join(directory, 'trace')
    const command = [process.execPath, COMMAND, 'up', '--json', '--data', join(directory, 'data')]
    const child = spawn('strace', ['-f', '-qq', '-e', 'signal=none', '-o', trace, ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { otlp } = JSON.parse(line) as { otlp: string }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body: '{"resourceSpans":[]}' })
    expect(answer.status).toBe(200)
    execFileSync(process.execPath, [COMMAND, 'stats', '--data', join(directory, 'data')])
    const traced = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
    process.kill(Number(traced), 'SIGTERM')
    await once(child, 'exit')
    const made = new Set<string>()
    for await (const one of createInterface(createReadStream(trace))) {
      const call = /^\d+ +(\w+)\(/.exec(one)?.[1]
      if (call !== undefined) made.add(call)
    }
    expect(made.size).toBeGreaterThan(50)
    expect([...made].filter((call) => !allowed.has(call))).toEqual([])
  },
  300_000,
)
