import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { dataDirectory, makeDataDirectory } from './data-directory.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-where-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('an option wins over the environment, the environment over what lies around', () => {
  mkdirSync(join(dir, 'app/.runspan'), { recursive: true })
  const from = join(dir, 'app')
  expect(dataDirectory('given', { RUNSPAN_DATA: 'named' }, from)).toEqual({ path: join(from, 'given'), from: 'code' })
  expect(dataDirectory(undefined, { RUNSPAN_DATA: 'named' }, from)).toEqual({
    path: join(from, 'named'),
    from: 'RUNSPAN_DATA',
  })
})

test('the nearest .runspan upwards, else beside the nearest package.json', () => {
  mkdirSync(join(dir, 'project/packages/app'), { recursive: true })
  writeFileSync(join(dir, 'project/package.json'), '{}')
  const from = join(dir, 'project/packages/app')
  expect(dataDirectory(undefined, {}, from)).toEqual({
    path: join(dir, 'project/.runspan'),
    from: 'beside package.json',
  })
  mkdirSync(join(dir, '.runspan'))
  expect(dataDirectory(undefined, {}, from)).toEqual({ path: join(dir, '.runspan'), from: 'nearest .runspan' })
})

test('it is made with what is missing above it, for its owner only', () => {
  const path = join(dir, 'a/b/.runspan')
  makeDataDirectory(path)
  makeDataDirectory(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test.each(['/proc/nowhere/.runspan', '/dev/null/.runspan'])(
  '%s cannot be made, and the error says what to do',
  (path) => {
    expect(() => makeDataDirectory(path)).toThrow(/cannot be made: .* Name another by --data or RUNSPAN_DATA/)
  },
)
