// The public signatures of every package, as committed in api/: a changed one shows in a diff.
// node scripts/api-report.mjs compares them with the build; --write updates them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ts from 'typescript'

const root = new URL('..', import.meta.url).pathname
const folder = join(root, 'api')
const HEAD = '// Made from the build by scripts/api-report.mjs.\n'

/** Returns every report by its file's name. */
export function reports() {
  return Object.fromEntries(
    readdirSync(join(root, 'packages'))
      .toSorted()
      .map((name) => [`${name}.d.ts`, reportOf(join(root, 'packages', name, 'dist/index.d.ts'))]),
  )
}

/** Returns declarations without comments, which may change freely. */
function reportOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  return HEAD + ts.createPrinter({ removeComments: true }).printFile(source)
}

/** Returns the differences in words; empty if everything is as committed. */
export function changedReports() {
  return Object.entries(reports()).flatMap(([file, text]) => {
    const path = join(folder, file)
    if (!existsSync(path)) return [`api/${file} is missing`]
    return readFileSync(path, 'utf8') === text
      ? []
      : [`api/${file} differs from the build: the public signatures changed`]
  })
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--write')) {
    mkdirSync(folder, { recursive: true })
    for (const [file, text] of Object.entries(reports())) writeFileSync(join(folder, file), text)
  } else {
    const changed = changedReports()
    for (const words of changed) console.log(`${words}; if that is meant: node scripts/api-report.mjs --write`)
    process.exitCode = changed.length === 0 ? 0 : 1
  }
}
