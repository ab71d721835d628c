import { expect, test } from 'vitest'

import { applyFiles, changedFiles } from './apply-schema.ts'

const view = (name: string, query: string): string =>
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} TO tasks\nAS ${query}`
const FILES = [
  {
    name: '001_tables',
    statements: ['CREATE TABLE tasks', view('tasks_mv', 'SELECT 1'), view('other_mv', 'SELECT 2')],
  },
  { name: '002_column', statements: [view('tasks_mv', 'SELECT 3'), 'ALTER TABLE tasks ADD COLUMN x'] },
]

/** Returns the statements for a database that has these files already, and the files recorded as applied. */
async function statementsFor(
  applied: ReadonlyMap<string, string>,
  endsAfter = Number.POSITIVE_INFINITY,
): Promise<{ readonly statements: string[]; readonly noted: Map<string, string> }> {
  const statements: string[] = []
  const noted = new Map(applied)
  const work = applyFiles({
    files: changedFiles(FILES, applied),
    isNew: applied.size === 0,
    tell: async (statement) => {
      if (statements.length === endsAfter) throw new Error('the process is killed')
      statements.push(statement)
    },
    alterView: (name) => `ALTER TABLE ${name}`,
    applied: async ({ name, hash }) => void noted.set(name, hash),
  })
  await work.catch(() => undefined)
  return { statements, noted }
}

test('a new database gets each view once, as the last file says, after all tables', async () => {
  const { statements, noted } = await statementsFor(new Map())
  expect(statements).toEqual([
    'CREATE TABLE tasks',
    'ALTER TABLE tasks ADD COLUMN x',
    view('other_mv', 'SELECT 2'),
    view('tasks_mv', 'SELECT 3'),
  ])
  expect([...noted.keys()]).toEqual(['001_tables', '002_column'])
})

test('the next process after a kill creates what is missing', async () => {
  const first = await statementsFor(new Map(), 3)
  expect([...first.noted.keys()]).toEqual(['001_tables'])
  const { statements } = await statementsFor(first.noted)
  expect(statements).toEqual([
    'ALTER TABLE tasks ADD COLUMN x',
    view('tasks_mv', 'SELECT 3'),
    'ALTER TABLE tasks_mv MODIFY QUERY SELECT 3',
  ])
})
