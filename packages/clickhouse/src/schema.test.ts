import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { APPLIED_FILES, STATEMENTS_BY_VERSION } from './applied-schema.fixture.ts'
import { schemaVersion } from './schema-state.ts'
import { schemaFiles } from './schema.ts'

const DIRECTORY = new URL('../schema/', import.meta.url)
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

test('no schema file that databases know is edited: a change is a new file with the next number', () => {
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.sql'))
  expect(
    Object.fromEntries(files.map((name) => [name, hashOf(readFileSync(new URL(name, DIRECTORY), 'utf8'))])),
  ).toEqual(APPLIED_FILES)
})

test('what rules and tables make of the files changes with the version only: a new file says `{{rule views}}` or what else is made anew', () => {
  const files = schemaFiles()
  const statements = hashOf(files.flatMap((file) => file.statements).join(';\n'))
  expect([schemaVersion(files), statements]).toEqual(
    Object.entries(STATEMENTS_BY_VERSION)
      .map(([version, hash]) => [Number(version), hash])
      .at(-1),
  )
})
