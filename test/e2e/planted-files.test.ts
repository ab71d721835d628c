import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

/* Another user's configuration above the working directory, on the command line. Runs the build. */

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const isRoot = process.getuid?.() === 0
const OTHER = 54_321

let dir: string
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'runspan-planted-')))
  mkdirSync(join(dir, 'work'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function runspan(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: join(dir, 'work'), env: { ...process.env, RUNSPAN_DATA: join(dir, 'data') } }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

test.runIf(!isRoot)('skipped: needs root, which can make files of another user', () => {
  expect(isRoot).toBe(false)
})

test.skipIf(!isRoot)('its commands do not run unless the file is named', async () => {
  const proof = join(dir, 'ran')
  const planted = join(dir, 'runspan.config.yaml')
  writeFileSync(
    planted,
    `targets: { x: { type: command, command: [/bin/sh, -c, "id > ${proof}"] } }
alerts: [{ name: b, workflow: nope, condition: { type: noRun, every: 1h }, targets: [x] }]
`,
  )
  chownSync(planted, OTHER, OTHER)
  const evaluated = await runspan('alerts', 'evaluate')
  expect(existsSync(proof)).toBe(false)
  const said = `${planted} is ignored: it belongs to another user (uid ${OTHER})`
  expect(evaluated.stderr.split(said)).toHaveLength(2) // once
  const doctor = await runspan('doctor', '--json')
  expect(JSON.parse(doctor.stdout)).toContainEqual(
    expect.objectContaining({ check: 'ignored', ok: false, detail: said }),
  )
  await runspan('alerts', 'evaluate', '--config', planted)
  expect(existsSync(proof)).toBe(true)
})
