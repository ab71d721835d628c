import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

/* The folders of analytics, and which may import which: calculations do not depend on questions. */

const SOURCES = fileURLToPath(new URL('../../packages/analytics/src', import.meta.url))

const WALLS: Readonly<Record<string, readonly string[]>> = {
  statistics: [],
  replay: ['statistics'],
  parameters: [],
  sql: ['statistics', 'replay', 'parameters'],
  questions: ['statistics', 'replay', 'parameters', 'sql'],
  retention: ['sql'],
  documents: ['questions'],
}

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
)

function specifiersOf(file: string): string[] {
  const text = readFileSync(join(SOURCES, file), 'utf8')
  return [...text.matchAll(/(?:from|import\(|import)\s*'([^']+)'/g)].map((match) => match[1]!)
}

/** Returns the folder of a file below `src`; empty for one directly in `src`. */
function wallOf(file: string): string {
  return file.includes('/') ? file.split('/')[0]! : ''
}

test('every folder of analytics has its walls, and docs/architecture.md says what is in it', () => {
  const folders = [...new Set(files.map(wallOf))].filter((wall) => wall !== '')
  expect(folders.toSorted()).toEqual(Object.keys(WALLS).toSorted())
  const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
  const sentence = page.split('\n').find((line) => line.startsWith('Inside `analytics`')) ?? ''
  expect(folders.filter((folder) => !sentence.includes(`\`${folder}/\``))).toEqual([])
})

test.each(Object.keys(WALLS))('%s imports only what its walls let through', (wall) => {
  const wrong = files
    .filter((file) => wallOf(file) === wall)
    .flatMap((file) =>
      specifiersOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => wallOf(relative(SOURCES, join(SOURCES, dirname(file), specifier))))
        .filter((imported) => imported !== '' && imported !== wall && !WALLS[wall]!.includes(imported))
        .map((imported) => `${file} imports ${imported}`),
    )
  expect(wrong).toEqual([])
})

test.each(['statistics', 'replay', 'parameters'])('%s knows no SQL and no ClickHouse', (wall) => {
  const wrong = files.filter(
    (file) =>
      wallOf(file) === wall &&
      (specifiersOf(file).includes('@runspan/clickhouse') ||
        /\bSELECT\b/.test(readFileSync(join(SOURCES, file), 'utf8'))),
  )
  expect(wrong).toEqual([])
})

test('files next to the folders import none of them, except for the index', () => {
  const wrong = files
    .filter((file) => wallOf(file) === '' && file !== 'index.ts')
    .flatMap((file) =>
      specifiersOf(file)
        .filter((specifier) => /^\.\/\w+\//.test(specifier))
        .map((to) => `${file} imports ${to}`),
    )
  expect(wrong).toEqual([])
})
