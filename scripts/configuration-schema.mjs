// Writes the JSON Schema of runspan.config.yaml from the settings; build first.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { configurationJsonSchema } from '../packages/configuration/dist/index.js'

const file = new URL('../packages/configuration/configuration.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`)
execFileSync('npx', ['oxfmt', fileURLToPath(file)], { stdio: 'inherit' })
