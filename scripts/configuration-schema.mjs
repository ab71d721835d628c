// Writes the JSON Schema of runspan.config.yaml anew from the settings; build first.
import { writeFileSync } from 'node:fs'

import { configurationJsonSchema } from '../packages/instrumentation/dist/index.js'

const file = new URL('../packages/instrumentation/configuration.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`)
