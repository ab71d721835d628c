// Packs every package as npm would publish it and lets publint and Are The Types Wrong judge the tarballs.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = new URL('..', import.meta.url).pathname
const out = mkdtempSync(join(tmpdir(), 'runspan-pack-'))
let problems = 0
try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const directory = join(root, 'packages', name)
    const [{ filename }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', out], {
        cwd: directory,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
    const tarball = readFileSync(join(out, filename.replace('@', '').replace('/', '-')))
    const { messages, pkg } = await publint({ pkgDir: directory, strict: true })
    for (const message of messages) say(name, formatMessage(message, pkg))
    const { types, problems: wrong = [] } = await checkPackage(createPackageFromTarballData(tarball))
    if (types === false) say(name, 'has no types')
    // the register entry is loaded by --import only: neither old resolution nor require ever reach it
    const counted = wrong.filter(({ entrypoint }) => entrypoint !== './register')
    for (const problem of counted) say(name, `${problem.kind} ${JSON.stringify({ ...problem, kind: undefined })}`)
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
console.log(problems === 0 ? 'All packages can be published as they are.' : `${problems} problems`)
process.exitCode = problems === 0 ? 0 : 1

function say(name, text) {
  problems++
  console.log(`${name}: ${text}`)
}
