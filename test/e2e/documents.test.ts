import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { taskGroups, taskHeatmap } from '@runspan/analytics'
import {
  PerformanceVisualizer,
  ReportGenerator,
  TaskManager,
  Workflow,
  WorkflowRunner,
  WorkflowVisualizer,
} from 'runspan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* Documents of real runs, through the public classes. */

const folder = mkdtempSync(join(tmpdir(), 'runspan-documents-'))
let manager: TaskManager
const runIds: string[] = []

const workflow = new Workflow<{ fails: boolean }>('nightly <orders>')
  .addTask('extract[0]', {}, () => 1)
  .addTask('extract[1]', {}, () => 2)
  .addTask(
    'load',
    { after: ['extract[0]', 'extract[1]'], retry: { attempts: 2, delaySeconds: 0.01 } },
    ({ inputs }) => {
      if (inputs.fails) throw new TypeError('the warehouse | is `closed`')
      return 3
    },
  )
  .addTask('publish', { after: ['load'] }, () => 4)

beforeAll(async () => {
  manager = new TaskManager({ dataDir: join(folder, 'data') })
  const runner = new WorkflowRunner(workflow, manager)
  for (const fails of [false, false, true]) runIds.push((await runner.run({ fails })).runId)
})

afterAll(async () => {
  await manager.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('ReportGenerator', () => {
  test('HTML and Markdown say what failed and what came of it', async () => {
    const generator = new ReportGenerator(manager)
    const html = await generator.generateHtmlReport({ runId: runIds[2]! })
    expect(html).toContain(
      '<code>load</code> failed on its second and last attempt: <strong>TypeError: the warehouse | is `closed`.</strong> So <code>publish</code> did not run.',
    )
    expect(html).toContain('nightly &lt;orders&gt;')
    expect(html).toContain('seen in 1 of the last 3 runs')
    expect(await generator.generateHtmlReport({ runId: runIds[2]!, includeErrors: false })).not.toContain('id="errors"')
    expect(await generator.generateMarkdownReport({ runId: runIds[2]! })).toContain('**✕ Failed after')
    await expect(generator.generateHtmlReport({ runId: 'none' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  test('a summary of all runs as CSV', async () => {
    const path = await new ReportGenerator(manager).exportRunSummary({ outputPath: join(folder, 'deep/er/runs.csv') })
    const lines = readFileSync(path, 'utf8').trim().split('\r\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toContain('failed')
    await expect(new ReportGenerator(manager).exportRunSummary({ outputPath: path + '/x.csv' })).rejects.toMatchObject({
      code: 'NOT_WRITTEN',
    })
  })
})

test('PerformanceVisualizer writes the whole set of a run', async () => {
  const paths = await new PerformanceVisualizer(manager).createRunPerformanceSummary({
    runId: runIds[2]!,
    outputDir: join(folder, 'set'),
  })
  const names = paths.map((path) => basename(path))
  expect(names).toEqual(
    expect.arrayContaining([
      `run-${runIds[2]}.html`,
      'report.md',
      'timeline.svg',
      'timeline.png',
      'heatmap.png',
      'cpu.png',
      'memory.svg',
    ]),
  )
  for (const path of paths) expect(readFileSync(path).length).toBeGreaterThan(500)
})

test('PerformanceVisualizer compares runs, as a picture and as a document', async () => {
  const visualizer = new PerformanceVisualizer(manager)
  expect(
    readFileSync(
      await visualizer.compareRuns({ runIds: runIds.slice(0, 2), outputPath: join(folder, 'two.html') }),
      'utf8',
    ),
  ).toContain('What made the difference')
  expect(
    readFileSync(await visualizer.compareRuns({ runIds, outputPath: join(folder, 'three.svg') }), 'utf8'),
  ).toContain('<svg')
  expect(
    readFileSync(await visualizer.compareRuns({ runIds, outputPath: join(folder, 'three.png') }))
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  await expect(visualizer.compareRuns({ runIds, outputPath: 'x.gif' })).rejects.toMatchObject({ code: 'WRONG_USE' })
  await expect(visualizer.compareRuns({ runIds: [], outputPath: 'x.png' })).rejects.toMatchObject({ code: 'WRONG_USE' })
})

test('tasks by shared name, over all runs and run by run', async () => {
  const range = { workflow: 'nightly <orders>' }
  const groups = await manager.ask((clickhouse) => taskGroups(clickhouse, range))
  expect(groups.map(({ name, ran, retried, failed, skipped }) => [name, ran, retried, failed, skipped])).toEqual([
    ['extract', 6, 0, 0, 0],
    ['load', 3, 1, 1, 0],
    ['publish', 2, 0, 0, 1],
  ])
  const cells = await manager.ask((clickhouse) => taskHeatmap(clickhouse, { ...range, limit: 2 }))
  expect(new Set(cells.map(({ runId }) => runId))).toEqual(new Set(runIds.slice(1)))
  const of = (name: string): object | undefined => cells.find((cell) => cell.runId === runIds[2] && cell.name === name)
  expect(of('load')).toMatchObject({ medianSeconds: null, failed: 1, retried: 1 })
  expect(of('publish')).toMatchObject({ medianSeconds: null, skipped: 1 })
  expect(of('extract')).toMatchObject({ failed: 0, skipped: 0, medianSeconds: expect.any(Number) as number })
})

test('WorkflowVisualizer writes a dashboard with documents and pictures beside it', async () => {
  const [dashboard, ...rest] = await new WorkflowVisualizer(workflow).createPerformanceDashboard({
    runId: runIds[0]!,
    taskManager: manager,
    outputDir: join(folder, 'dashboard'),
  })
  expect(dashboard).toBe(join(folder, 'dashboard/dashboard.html'))
  const html = readFileSync(dashboard!, 'utf8')
  expect(html).toContain(`href="run-${runIds[2]}.html"`)
  expect(html).toContain('extract')
  expect(rest.map((path) => basename(path))).toEqual(
    expect.arrayContaining([`run-${runIds[0]}.html`, 'timeline.png', 'heatmap.svg']),
  )
})
