import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { WorkflowRunner } from '@runspan/workflow'

import { TaskManager, type TaskManagerOptions } from '../task-manager.ts'
import { pipeline } from './pipeline.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { startWeatherService } from './weather-service.ts'

/** One recorded run of the demo. */
export interface DemoRun {
  readonly runId: string
  readonly status: 'completed' | 'failed' | 'cancelled'
  readonly scenario: Scenario
}

export interface DemoResult {
  readonly runs: readonly DemoRun[]
  readonly seconds: number
  /** Still open: the caller reads from it, then closes it. */
  readonly taskManager: TaskManager
}

/** Runs the pipeline a dozen times over real data and records the runs. */
export async function runDemo(
  options: TaskManagerOptions & {
    readonly workDir: string
    readonly onProgress?: (done: number, total: number, note: string) => void
  },
): Promise<DemoResult> {
  const { workDir, onProgress, ...where } = options
  const taskManager = new TaskManager(where) // creates the data directory, readable only by the owner
  await mkdir(workDir, { recursive: true })
  const weather = await startWeatherService()
  const began = performance.now()
  const runs: DemoRun[] = []
  try {
    const list = await scenarios(workDir)
    const runner = new WorkflowRunner(pipeline, taskManager)
    for (const [i, scenario] of list.entries()) {
      onProgress?.(i, list.length, scenario.note)
      const inputs = {
        flights: scenario.flights,
        history: scenario.history ?? false,
        weather: weather.url,
        output: join(workDir, 'reports'),
      }
      const signal = scenario.cancelAfterSeconds === undefined ? undefined : stopAfter(scenario.cancelAfterSeconds)
      const { runId, status } = await runner.run(inputs, {
        trigger: scenario.trigger,
        tags: ['demo'],
        metadata: { note: scenario.note, input: scenario.flights.split('/').at(-1)! },
        ...(signal === undefined ? {} : { signal }),
      })
      runs.push({ runId, status, scenario })
    }
    onProgress?.(list.length, list.length, 'reading it back')
  } finally {
    await weather.close()
  }
  return { runs, seconds: (performance.now() - began) / 1000, taskManager }
}

function stopAfter(seconds: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('stopped by its caller')), seconds * 1000).unref()
  return controller.signal
}
