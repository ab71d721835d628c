import { TaskManager } from '@runspan/tracking'
import {
  type Arbitrary,
  assert,
  asyncProperty,
  boolean,
  constant,
  integer,
  nat,
  record,
  tuple,
  uniqueArray,
} from 'fast-check'
import { expect, test } from 'vitest'

import { type PlainTask, Workflow, WorkflowRunner } from './index.ts'

/** Random values of one task. */
interface Draw {
  readonly after: readonly number[]
  /** Attempts that fail before one succeeds. */
  readonly failures: number
  readonly attempts: number
  readonly skip: boolean
  readonly pauses: number
}

const draw = (index: number): Arbitrary<Draw> =>
  record({
    after: index === 0 ? constant([]) : uniqueArray(nat(index - 1), { maxLength: 3 }),
    failures: nat(3),
    attempts: integer({ min: 1, max: 3 }),
    skip: boolean().map((skip) => skip && index % 4 === 3),
    pauses: nat(4),
  })

const plans: Arbitrary<readonly Draw[]> = integer({ min: 1, max: 12 }).chain((length) =>
  tuple(...Array.from({ length }, (_, index) => draw(index))),
)

const name = (index: number): string => `t${index}`

/** Returns the expected status of every task, calculated without running anything. */
function expected(plan: readonly Draw[]): readonly string[] {
  const statuses: string[] = []
  for (const task of plan) {
    const blocked = task.after.some((before) => statuses[before] !== 'completed')
    if (blocked || task.skip) statuses.push('skipped')
    else statuses.push(task.failures < task.attempts ? 'completed' : 'failed')
  }
  return statuses
}

test('random graphs with failures, retries, skips and limits end as they must', async () => {
  const manager = new TaskManager({ collectMetrics: false })
  const property = asyncProperty(plans, integer({ min: 1, max: 4 }), boolean(), async (plan, limit, shuffle) => {
    let running = 0
    let most = 0
    const done = new Set<string>()
    const early: string[] = []
    const calls = plan.map(() => 0)
    const tasks = plan.map((one, index): PlainTask<unknown> => ({
      nodeId: name(index),
      after: one.after.map(name),
      retry: { attempts: one.attempts, delaySeconds: 0 },
      when: () => !one.skip,
      run: async ({ attempt }) => {
        most = Math.max(most, ++running)
        for (const before of one.after) if (!done.has(name(before))) early.push(`${name(index)} before ${name(before)}`)
        for (let pause = 0; pause < one.pauses; pause++) await new Promise((resolve) => setImmediate(resolve))
        running--
        calls[index] = attempt
        if (attempt <= one.failures) throw new Error(`${name(index)} attempt ${attempt}`)
        done.add(name(index))
        return index
      },
    }))
    const workflow = Workflow.fromTasks('random', shuffle ? tasks.toReversed() : tasks)
    const result = await new WorkflowRunner(workflow, manager, { concurrency: limit }).run()

    const statuses = expected(plan)
    expect(early).toEqual([])
    expect(most).toBeLessThanOrEqual(limit)
    expect(plan.map((_, index) => result.tasks[name(index)]?.status)).toEqual(statuses)
    expect(result.status).toBe(statuses.includes('failed') ? 'failed' : 'completed')

    const run = await manager.getRun(result.runId)
    expect(run?.status).toBe(result.status)
    const ends = new Map<string, string>()
    for (const task of run?.tasks ?? []) ends.set(task.nodeId, task.status)
    expect(plan.map((_, index) => ends.get(name(index)))).toEqual(statuses)
    const tried = plan.map(
      (_, index) => run?.tasks.filter((task) => task.nodeId === name(index) && task.status !== 'skipped').length,
    )
    expect(tried).toEqual(calls)
  })
  await assert(property, { numRuns: 150 })
})

test('whenever a run is aborted, every task ends once and the run says the truth', async () => {
  const manager = new TaskManager({ collectMetrics: false })
  const property = asyncProperty(plans, nat(12), async (plan, turns) => {
    const controller = new AbortController()
    const tasks = plan.map((one, index): PlainTask<unknown> => ({
      nodeId: name(index),
      after: one.after.map(name),
      retry: { attempts: one.attempts, delaySeconds: 0 },
      run: async ({ attempt, signal }) => {
        for (let pause = 0; pause < one.pauses; pause++) {
          await new Promise((resolve) => setImmediate(resolve))
          signal.throwIfAborted()
        }
        if (attempt <= one.failures) throw new Error('no')
      },
    }))
    const finished = new WorkflowRunner(Workflow.fromTasks('aborted', tasks), manager, { concurrency: 2 }).run(
      undefined,
      {
        signal: controller.signal,
      },
    )
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error('stop'))
    const result = await finished
    const summaries = plan.map((_, index) => result.tasks[name(index)]?.status)
    expect(summaries.every((status) => status !== undefined)).toBe(true)
    const inRank = ['cancelled', 'failed', 'completed'] as const
    const worst = inRank.find((status) => summaries.includes(status))
    expect(result.status).toBe(worst)
    const run = await manager.getRun(result.runId)
    expect(run?.status).toBe(result.status)
    expect(run?.tasks.filter((task) => task.endTime === null)).toEqual([])
  })
  await assert(property, { numRuns: 150 })
})
