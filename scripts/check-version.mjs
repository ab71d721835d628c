// node scripts/check-version.mjs 1.2.3: checks that every package, and its dependencies on the others, have that version.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [wanted] = process.argv.slice(2)
const root = new URL('../packages/', import.meta.url).pathname
const wrong = readdirSync(root).flatMap((directory) => {
  const { name, version, dependencies = {} } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'))
  const asked = Object.entries(dependencies).filter(([other]) => other.startsWith('@runspan/'))
  return [[name, version], ...asked.map(([other, range]) => [`${name} asks for ${other}`, range])]
    .filter(([, found]) => found !== wanted)
    .map(([what, found]) => `${what}: ${found}, not ${wanted}`)
})
for (const words of wrong) console.log(words)
process.exitCode = wrong.length === 0 ? 0 : 1
