import fc from 'fast-check'

import type { RunModel, TaskModel } from './records.ts'

/*
 * Realistic random workflows: tasks that wait for others, in parallel, retried, skipped, cancelled, with nested tasks, on
 * hosts whose clocks differ by milliseconds; runs that ended well or badly, and runs that became silent.
 */

const NODES = ['extract', 'clean', 'join', 'enrich', 'load', 'report']
const ERRORS = [
  { type: 'TimeoutError', message: (n: number) => `order ${n} did not answer within ${n % 90} s` },
  {
    type: 'Error',
    message: (n: number) => `cannot read 3f2504e0-4f89-41d3-9a0c-0305e82c${String(n % 10_000).padStart(4, '0')}`,
  },
  { type: 'RangeError', message: () => 'out of range' },
]

const step = fc.record({
  wait: fc.integer({ min: 0, max: 500 }),
  skew: fc.constantFrom(0, 0, 0, 0, -3, -1),
  durations: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 }),
  ends: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'cancelled', 'skipped'),
  on: fc.array(fc.nat(5), { maxLength: 3 }),
  parts: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1.2, noNaN: true })), {
    maxLength: 2,
  }),
  error: fc.nat(2),
  number: fc.nat(99_999),
})

/** One run; its id and workflow are to be replaced. */
const randomRun: fc.Arbitrary<RunModel> = fc
  .record({
    day: fc.nat(3),
    start: fc.integer({ min: 0, max: 86_000_000 }),
    status: fc.constantFrom('completed' as const, 'completed' as const, 'failed' as const, 'cancelled' as const),
    declared: fc.boolean(),
    steps: fc.array(step, { minLength: 0, maxLength: NODES.length }),
    tail: fc.integer({ min: 0, max: 200 }),
    open: fc.constantFrom(false, false, false, false, true),
    version: fc.constantFrom('1', '2'),
  })
  .map(({ day, start, status, declared, steps, tail, open, version }) => {
    const tasks: TaskModel[] = []
    const ended = new Map<string, number>()
    for (const [i, { wait, skew, durations, ends, on, parts, error, number }] of steps.entries()) {
      const node = NODES[i]!
      const waitsFor = [...new Set(on.filter((j) => j < i).map((j) => NODES[j]!))]
      const dependencies = declared ? waitsFor : []
      let cursor = Math.max(0, ...waitsFor.map((name) => ended.get(name) ?? 0))
      ended.set(node, cursor)
      if (ends === 'skipped') {
        tasks.push({ node, attempt: 1, start: cursor, end: cursor, queue: 0, status: 'skipped', dependencies })
        continue
      }
      for (const [k, duration] of durations.entries()) {
        cursor = Math.max(0, cursor + wait + (k === 0 ? skew : 0))
        const state = k < durations.length - 1 ? 'failed' : ends
        tasks.push({
          node,
          attempt: k + 1,
          start: cursor,
          end: cursor + duration,
          queue: wait,
          status: state,
          dependencies,
          error:
            state === 'failed' ? { type: ERRORS[error]!.type, message: ERRORS[error]!.message(number) } : undefined,
          measured: {
            'process.cpu.time.user': (number % 700) / 1000,
            'process.cpu.time.system': (number % 30) / 1000,
            'process.memory.peak': 50_000_000 + number * 1000,
            'process.disk.io.read': number * 10,
            'workflow.task.concurrency': 1 + (number % 3),
          },
        })
        if (k === durations.length - 1) {
          for (const [p, [from, to]] of parts.entries()) {
            const [begin, stop] = [Math.floor(cursor + from * duration), Math.floor(cursor + to * duration)]
            tasks.push({
              node: `${node}.${p}`,
              attempt: 1,
              start: begin,
              end: Math.max(begin, stop),
              queue: 0,
              status: 'completed',
              dependencies: [],
              inside: { node, attempt: k + 1 },
            })
          }
        }
        cursor += duration
      }
      ended.set(node, cursor)
    }
    const last = Math.max(0, ...tasks.map((task) => task.end))
    const common = { id: '', workflow: '', start: day * 86_400_000 + start, status, tasks, version }
    return open ? { ...common, end: null, seen: common.start + last + tail } : { ...common, end: last + tail }
  })

/** Some runs of one workflow. */
export const randomRuns = (least: number, most: number): fc.Arbitrary<RunModel[]> =>
  fc.array(randomRun, { minLength: least, maxLength: most })

let worlds = 0

/** Returns the runs under new names, so that no table needs to be emptied. */
export function named(runs: readonly RunModel[]): { workflow: string; runs: RunModel[] } {
  worlds++
  const workflow = `world-${worlds}`
  return { workflow, runs: runs.map((run, i) => ({ ...run, workflow, id: `${workflow}-run-${i}` })) }
}
