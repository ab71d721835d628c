import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const packages = readdirSync(join(ROOT, 'packages'))

/** Texts that may use an export: sources and tests of all packages, tests across packages, scripts and docs. */
const TEXTS: readonly { readonly path: string; readonly text: string }[] = [
  ...packages.map((name) => `packages/${name}/src`),
  ...packages.map((name) => `packages/${name}/README.md`),
  'README.md',
  'docs',
  'scripts',
  'test',
].flatMap((place) => textsIn(place))

function textsIn(place: string): { path: string; text: string }[] {
  const path = join(ROOT, place)
  if (place.endsWith('.md')) return [{ path: place, text: readFileSync(path, 'utf8') }]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(m?ts|mjs|md)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file.slice(ROOT.length), text: readFileSync(file, 'utf8') }))
}

/** Returns the values that a package's index exports; a type belongs to the signature it is part of. */
function valuesOf(name: string): string[] {
  const index = readFileSync(join(ROOT, 'packages', name, 'src/index.ts'), 'utf8')
  return [...index.matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, names]) => names!.split(','))
    .map((exported) => exported.trim())
    .filter((exported) => exported !== '' && !exported.startsWith('type '))
    .map((exported) => exported.replace(/^.* as /, ''))
}

test.each(packages)('what %s exports is used outside of it, or is an error that callers may catch', (name) => {
  const outside = TEXTS.filter(({ path }) => !path.startsWith(`packages/${name}/src/`))
  const unused = valuesOf(name).filter(
    (exported) =>
      !exported.endsWith('Error') && !outside.some(({ text }) => new RegExp(`\\b${exported}\\b`).test(text)),
  )
  expect(unused).toEqual([])
})
