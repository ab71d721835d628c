import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { run, runs, type RunReport } from '@runspan/analytics'
import { ingestFile } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ENGINES, fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/** What the engine itself reports. */
interface Expected {
  readonly runs: readonly ExpectedRun[]
  readonly neverStarted?: readonly { readonly key: string }[]
  readonly spansDiffer: readonly string[]
}

interface ExpectedRun {
  readonly key: string
  readonly workflow: string
  readonly status: string
  readonly error?: string
  readonly tasks: readonly {
    readonly name: string
    readonly key?: string
    readonly mapIndex?: number
    readonly status: string
    readonly attempts: number
    readonly error?: string
    readonly attemptErrors?: readonly string[]
  }[]
}

interface Outcome {
  readonly workflow: string
  readonly status: string
  readonly tasks: Record<string, { status: string; attempts: number; error: string | null }>
}

const expectedOf = (engine: string): Expected =>
  JSON.parse(readFileSync(fixture(`engines/${engine}/expected.json`), 'utf8'))
const requestsOf = (engine: string): string[] =>
  readFileSync(fixture(`engines/${engine}/traces.jsonl`), 'utf8')
    .trim()
    .split('\n')

/** Returns what the spans contain: `spansDiffer` names what they lack. */
function tellable({ runs: list, spansDiffer }: Expected): Record<string, Outcome> {
  const notAtAll = (text: string): boolean => spansDiffer.some((line) => line.includes(text))
  return Object.fromEntries(
    list
      .filter(({ key, workflow }) => !notAtAll(`${key} (${workflow}): no run in the spans`))
      .map((expected) => {
        const label = `${expected.key} (${expected.workflow})`
        const tasks = expected.tasks
          .filter(({ name }) => !notAtAll(`${label}: task ${name} (skipped) has no span`))
          .map((task) => {
            const shown = new RegExp(
              `${label.replaceAll(/[()]/g, '\\$&')}: task ${task.name}: \\d+ attempts, spans show (\\d+)`,
            )
            const attempts = spansDiffer.map((line) => shown.exec(line)?.[1]).find((text) => text !== undefined)
            const name = task.mapIndex === undefined ? task.name : `${task.name}[${task.mapIndex}]`
            return [
              name,
              { status: task.status, attempts: Number(attempts ?? task.attempts), error: task.error ?? null },
            ]
          })
        return [
          expected.key,
          { workflow: expected.workflow, status: expected.status, tasks: Object.fromEntries(tasks) },
        ]
      }),
  )
}

/** Returns the same from our answers. */
async function answered(at: TestServer, engine: string): Promise<Record<string, Outcome>> {
  const page = await runs(at.clickhouse, { limit: 1000 })
  const own = page.runs.filter((row) => row.engine === engine)
  const reports = await Promise.all(own.map(({ runId }) => run(at.clickhouse, runId)))
  for (const [i, report] of reports.entries()) expect(report.tasks, report.runId).toEqual(own[i]!.tasks)
  return Object.fromEntries(reports.map((report) => [report.runId, outcome(report)]))
}

function outcome(report: RunReport): Outcome {
  const tasks: Outcome['tasks'] = {}
  for (const task of report.taskList.toSorted((a, b) => a.attempt - b.attempt)) {
    tasks[task.nodeId] = {
      status: task.status,
      attempts: (tasks[task.nodeId]?.attempts ?? 0) + 1,
      error: task.error?.message ?? null,
    }
  }
  return { workflow: report.workflow, status: report.status, tasks }
}

/**
 * Errors are compared if both sides have one: engines word the last error of a retried step differently from its attempts.
 */
function comparable(outcomes: Record<string, Outcome>, beside: Record<string, Outcome>): Record<string, Outcome> {
  return Object.fromEntries(
    Object.entries(outcomes).map(([key, value]) => [
      key,
      {
        ...value,
        tasks: Object.fromEntries(
          Object.entries(value.tasks).map(([name, task]) => {
            const other = beside[key]?.tasks[name]?.error ?? null
            const same = task.error !== null && other !== null && task.status === 'failed'
            const related = same && (task.error!.includes(other) || other.includes(task.error!))
            return [name, { ...task, error: related ? 'as the engine says' : same ? task.error : null }]
          }),
        ),
      },
    ]),
  )
}

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

async function expectAnswers(engine: string): Promise<void> {
  const expected = tellable(expectedOf(engine))
  const actual = await answered(at, engine)
  expect(comparable(actual, expected)).toEqual(comparable(expected, actual))
}

async function forget(): Promise<void> {
  const tables = await at.clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'runspan_schema'`,
  )
  for (const { name } of tables) await at.clickhouse.command(`TRUNCATE TABLE ${name} SYNC`)
}

/** Deterministic, so that a failure can be repeated. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items]
  let state = seed
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    const j = state % (i + 1)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

/** Returns every span of a request as a separate request. */
function spanBySpan(request: string): string[] {
  const parsed = JSON.parse(request) as { resourceSpans?: { scopeSpans: { spans: unknown[] }[] }[] }
  return (parsed.resourceSpans ?? []).flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) =>
      scope.spans.map((span) =>
        JSON.stringify({ resourceSpans: [{ ...resource, scopeSpans: [{ ...scope, spans: [span] }] }] }),
      ),
    ),
  )
}

test.each(ENGINES)('%s, whole', async (engine) => {
  await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
  await at.deliver()
  await expectAnswers(engine)
})

test('all engines once more into the same tables: nothing changes', async () => {
  for (const engine of ENGINES) await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
  await at.deliver()
  for (const engine of ENGINES) await expectAnswers(engine)
})

test.each([1, 2, 3])('span by span, shuffled, some doubled, in small deliveries (seed %d)', async (seed) => {
  await forget()
  const directory = mkdtempSync(join(tmpdir(), 'runspan-cut-'))
  const requests = ENGINES.flatMap((engine) => requestsOf(engine).flatMap(spanBySpan))
  const doubled = shuffled([...requests, ...requests.filter((_, i) => i % 3 === 0)], seed)
  const size = Math.ceil(doubled.length / 12)
  for (let from = 0; from < doubled.length; from += size) {
    const file = join(directory, `${from}.jsonl`)
    writeFileSync(file, `${doubled.slice(from, from + size).join('\n')}\n`)
    await ingestFile(file, at.spool)
    await at.deliver()
  }
  rmSync(directory, { recursive: true })
  for (const engine of ENGINES) await expectAnswers(engine)
})
