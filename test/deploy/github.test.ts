import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { validateWorkflow } from '@action-validator/core'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

/* The workflows cannot run here: GitHub's schema validates them. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(ROOT, '.github/workflows')
const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)

test('the validator refuses an invalid document', () => {
  expect(validateWorkflow('on: push\njobs: { a: { runs-on: x, stepz: [] } }').errors).not.toEqual([])
})

test.each(workflows)('%s is a workflow by the schema', (_, text) => {
  expect(validateWorkflow(text).errors).toEqual([])
})

interface Job {
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[]
}
const stepsOf = (text: string): Job['steps'] =>
  Object.values((parse(text) as { jobs: Record<string, Job> }).jobs).flatMap(({ steps }) => steps)

test('every npm script that a workflow runs is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const asked = workflows.flatMap(([, text]) =>
    stepsOf(text).flatMap(({ run = '' }) => [...run.matchAll(/npm (?:run )?(test|[\w:]+)/g)].map((match) => match[1]!)),
  )
  const ofNpm = ['ci', 'publish']
  expect(asked.filter((name) => !ofNpm.includes(name) && !(name in scripts))).toEqual([])
})

test('a release is published with provenance, by a job that may ask for its identity', () => {
  const release = readFileSync(join(folder, 'release.yml'), 'utf8')
  expect(stepsOf(release).some(({ run }) => run?.includes('npm publish') && run.includes('--provenance'))).toBe(true)
  expect(parse(release)).toMatchObject({
    permissions: {},
    jobs: { publish: { permissions: { contents: 'read', 'id-token': 'write' } } },
  })
})
