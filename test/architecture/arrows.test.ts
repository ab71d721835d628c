import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Which packages may import which, as in the table of docs/architecture.md. */
const ARROWS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [...readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(/^\| `(\w+)` \| .* \| (.+) \|$/gm)].map(
    ([, name, imports]) => [name!, importsIn(imports!)],
  ),
)

function importsIn(cell: string): string[] {
  if (cell === '–') return []
  if (cell === 'all others') return readdirSync(join(ROOT, 'packages')).filter((name) => name !== 'runspan')
  return cell.split(', ')
}

const packages = readdirSync(join(ROOT, 'packages'))

function sourcesOf(name: string): string[] {
  return readdirSync(join(ROOT, 'packages', name, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import\(|import)\s*'(@runspan\/\w+|runspan)(?:\/[^']*)?'/g)].map((match) =>
    match[1]!.replace('@runspan/', ''),
  )
}

test('every package has its place in the picture', () => {
  expect(packages.toSorted()).toEqual(Object.keys(ARROWS).toSorted())
})

/** Floor of each package in the picture. */
const FLOORS: Readonly<Record<string, number>> = Object.fromEntries(
  [...readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(/^(\d) +((?:\w+ *)+)$/gm)].flatMap(
    ([, floor, names]) =>
      names!
        .trim()
        .split(/ +/)
        .map((name) => [name, Number(floor)] as const),
  ),
)

test('every arrow points down', () => {
  const up = packages.flatMap((name) =>
    ARROWS[name]!.filter((imported) => !(FLOORS[imported]! < FLOORS[name]!)).map((imported) => `${name} → ${imported}`),
  )
  expect(up).toEqual([])
})

test.each(packages)('%s imports only along the arrows', (name) => {
  const wrong = sourcesOf(name).flatMap((file) =>
    importsOf(file)
      .filter((imported) => !ARROWS[name]?.includes(imported))
      .map((imported) => `${file.slice(ROOT.length)} imports ${imported}`),
  )
  expect(wrong).toEqual([])
})

test.each(packages)('%s declares what it imports', (name) => {
  const { dependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  const declared = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@runspan/'))
  const imported = new Set(sourcesOf(name).flatMap(importsOf))
  imported.delete(name)
  expect(declared.map((dependency) => dependency.replace('@runspan/', '')).toSorted()).toEqual([...imported].toSorted())
})

test('no folder or file has a name that says nothing', () => {
  const bad = packages.flatMap(sourcesOf).filter((file) => /(^|\/)(utils?|common|helpers?|misc)(\/|\.ts$)/.test(file))
  expect(bad).toEqual([])
})

/** Returns the files of its own package that a file imports; types count too, since a reader needs both files. */
function neighboursOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import\(|import)\s*'(\.{1,2}\/[^']+\.ts)'/g)].map((match) =>
    join(dirname(file), match[1]!),
  )
}

/** Returns one circular import as its files in order; null if there is none. */
function circleIn(files: readonly string[]): string[] | null {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return null
    path.push(file)
    for (const next of neighboursOf(file)) {
      const circle = visit(next)
      if (circle !== null) return circle
    }
    path.pop()
    done.add(file)
    return null
  }
  for (const file of files) {
    const circle = visit(file)
    if (circle !== null) return circle
  }
  return null
}

test.each(packages)('%s has no circle of files', (name) => {
  expect(circleIn(sourcesOf(name))?.map((file) => file.slice(ROOT.length)) ?? null).toBeNull()
})
