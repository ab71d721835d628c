// Packs every package as npm would publish it, checks the tarballs with publint and Are The Types Wrong, and compares the
// public signatures with those committed in api/.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

import { changedReports } from './api-report.mjs'

const root = new URL('..', import.meta.url).pathname
const out = mkdtempSync(join(tmpdir(), 'runspan-pack-'))
let problems = 0
try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const directory = join(root, 'packages', name)
    const [{ filename, files }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', out], {
        cwd: directory,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
    const tarball = readFileSync(join(out, filename.replace('@', '').replace('/', '-')))
    for (const problem of missingIn(directory, files)) say(name, problem)
    const { messages, pkg } = await publint({ pkgDir: directory, strict: true })
    for (const message of messages) say(name, formatMessage(message, pkg))
    const { types, problems: wrong = [] } = await checkPackage(createPackageFromTarballData(tarball))
    if (types === false) say(name, 'has no types')
    // the register entry is only loaded by --import: old resolution and require never reach it
    const counted = wrong.filter(({ entrypoint }) => entrypoint !== './register')
    for (const problem of counted) say(name, `${problem.kind} ${JSON.stringify({ ...problem, kind: undefined })}`)
  }
  for (const problem of changedReports()) say('api', `${problem} (node scripts/api-report.mjs --write)`)
} finally {
  rmSync(out, { recursive: true, force: true })
}
console.log(problems === 0 ? 'All packages can be published as they are.' : `${problems} problems`)
process.exitCode = problems === 0 ? 0 : 1

/** Returns what a package lacks that its readers on npm need. */
function missingIn(directory, files) {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const paths = files.map(({ path }) => path)
  const fields = ['description', 'keywords', 'license', 'repository', 'homepage', 'bugs', 'engines']
  return [
    ...fields.filter((field) => manifest[field] === undefined).map((field) => `package.json has no ${field}`),
    ...['LICENSE', 'README.md'].filter((file) => !paths.includes(file)).map((file) => `the tarball has no ${file}`),
    ...(readFileSync(join(directory, 'LICENSE'), 'utf8') === readFileSync(join(root, 'LICENSE'), 'utf8')
      ? []
      : ['LICENSE is not the repository’s']),
    ...paths.filter((path) => /\.(test|fixture)\.|(^|\/)\.runspan\//.test(path)).map((path) => `${path} is packed`),
  ]
}

function say(name, text) {
  problems++
  console.log(`${name}: ${text}`)
}
