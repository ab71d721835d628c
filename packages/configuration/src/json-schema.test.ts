import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

import { readConfigurationFile } from './configuration-file.ts'
import { configurationJsonSchema } from './json-schema.ts'
import { SETTING_NAMES, SETTINGS } from './settings.ts'

const COMMITTED = JSON.parse(
  readFileSync(new URL('../configuration.schema.json', import.meta.url), 'utf8'),
) as Parameters<typeof z.fromJSONSchema>[0]
const PAGE = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
const [EXAMPLE] = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!)

test('the schema that is published is the one of the settings', () => {
  expect(COMMITTED, 'it is stale: node scripts/configuration-schema.mjs').toEqual(configurationJsonSchema())
})

test('it refuses what we refuse', () => {
  const schema = z.fromJSONSchema(COMMITTED)
  const accepts = (value: unknown): boolean => schema.safeParse(value).success
  expect(accepts({ tracking: { metrics: { perTaskCpu: true, per_task_cpu: true }, retention: null } })).toBe(true)
  expect(accepts({ tracking: { metrics: { interval: 0 } } })).toBe(false)
  expect(accepts({ tracking: { metric: {} } })).toBe(false)
  expect(accepts({ tracking: { backend: 'redis' } })).toBe(false)
})

test('the example in the documentation holds, and is what an editor would accept', () => {
  const dir = mkdtempSync(join(tmpdir(), 'runspan-example-'))
  try {
    const path = join(dir, 'runspan.config.yaml')
    writeFileSync(path, EXAMPLE!)
    expect(readConfigurationFile(path).tracking).toMatchObject({ metrics: { interval: 1 } })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  expect(EXAMPLE).toContain('# yaml-language-server: $schema=')
  expect(z.fromJSONSchema(COMMITTED).safeParse(parse(EXAMPLE!))).toMatchObject({ success: true })
})

test('the documentation has every key and every variable', () => {
  const missing = SETTING_NAMES.flatMap((name) => [...SETTINGS[name].keys, ...SETTINGS[name].variables]).filter(
    (word) => !PAGE.includes(`\`${word}\``),
  )
  expect(missing).toEqual([])
})
