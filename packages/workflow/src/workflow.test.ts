import { expect, test } from 'vitest'

import { Workflow, WorkflowError, WorkflowRunner } from './index.ts'

const nothing = (): void => {}

function codeOf(define: () => unknown): string {
  try {
    define()
  } catch (error) {
    if (error instanceof WorkflowError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing thrown'
}

test('cycles and unknown dependencies are errors at definition, and say which', () => {
  const tasks = [
    { nodeId: 'start', run: nothing },
    { nodeId: 'a', after: ['start', 'c'], run: nothing },
    { nodeId: 'b', after: ['a'], run: nothing },
    { nodeId: 'c', after: ['b'], run: nothing },
  ]
  expect(codeOf(() => Workflow.fromTasks('w', tasks))).toBe('CYCLE: These tasks wait for each other: a → c → b → a.')
  expect(codeOf(() => Workflow.fromTasks('w', [{ nodeId: 'a', after: ['a'], run: nothing }]))).toContain('a → a')
  expect(codeOf(() => Workflow.fromTasks('w', [{ nodeId: 'a', after: ['x'], run: nothing }]))).toBe(
    'UNKNOWN_DEPENDENCY: Task a comes after x, which is not a task: known are a.',
  )
  // @ts-expect-error there is no such task
  expect(codeOf(() => new Workflow('w').addTask('a', { after: ['a'] }, nothing))).toContain('CYCLE')
})

test('a name is given once', () => {
  expect(codeOf(() => new Workflow('w').addTask('a', nothing).addTask('a', nothing))).toContain('DUPLICATE_TASK')
  const twice = [
    { nodeId: 'a', run: nothing },
    { nodeId: 'a', run: nothing },
  ]
  expect(codeOf(() => Workflow.fromTasks('w', twice))).toContain('DUPLICATE_TASK')
})

test('fromTasks puts tasks in order, however long the chain', async () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => ({
    nodeId: `t${index}`,
    after: index === 19_999 ? [] : [`t${index + 1}`],
    run: nothing,
  }))
  expect(Workflow.fromTasks('chain', chain).tasks[0]?.nodeId).toBe('t19999')
})

test.each([
  ['an empty workflow name', () => new Workflow(''), 'INVALID_NAME'],
  ['an empty task name', () => new Workflow('w').addTask('', nothing), 'INVALID_NAME'],
  ['a name of NULs', () => new Workflow('w').addTask('\0', nothing), 'INVALID_NAME'],
  ['no attempts', () => new Workflow('w').addTask('a', { retry: 0 }, nothing), 'INVALID_OPTION'],
  ['half an attempt', () => new Workflow('w').addTask('a', { retry: 1.5 }, nothing), 'INVALID_OPTION'],
  [
    'a negative delay',
    () => new Workflow('w').addTask('a', { retry: { attempts: 2, delaySeconds: -1 } }, nothing),
    'INVALID_OPTION',
  ],
  [
    'a timeout longer than timers take',
    () => new Workflow('w').addTask('a', { timeoutSeconds: 1e7 }, nothing),
    'INVALID_OPTION',
  ],
  [
    'a timeout that is no number',
    () => new Workflow('w').addTask('a', { timeoutSeconds: Number.NaN }, nothing),
    'INVALID_OPTION',
  ],
  ['no places', () => new Workflow('w', { concurrency: 0 }), 'INVALID_OPTION'],
  [
    'a runner without places',
    () => new WorkflowRunner(new Workflow('w'), undefined, { concurrency: -1 }),
    'INVALID_OPTION',
  ],
  [
    'an endless grace',
    () => new WorkflowRunner(new Workflow('w'), undefined, { graceSeconds: Infinity }),
    'INVALID_OPTION',
  ],
])('%s is refused', (_, define, code) => {
  expect(codeOf(define)).toContain(code)
})

test('a task named twice in after is one dependency', () => {
  const workflow = new Workflow('w').addTask('a', nothing).addTask('b', { after: ['a', 'a'] }, nothing)
  expect(workflow.tasks[1]?.after).toEqual(['a'])
})

test('a workflow without tasks completes', async () => {
  expect(await new WorkflowRunner(new Workflow('empty')).run()).toMatchObject({ status: 'completed', results: {} })
})
