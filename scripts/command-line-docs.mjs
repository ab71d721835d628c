// Writes the reference of the verbs in docs/command-line.md from the verbs; build first.
import { readFileSync, writeFileSync } from 'node:fs'

import { withVerbReference } from '../packages/runspan/dist/cli.js'

const file = new URL('../docs/command-line.md', import.meta.url)
writeFileSync(file, withVerbReference(readFileSync(file, 'utf8')))
