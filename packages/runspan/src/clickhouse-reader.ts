import {
  eventsSince,
  runIfAny,
  runs,
  type RunReport,
  type RunSummary,
  taskById,
  taskHistory,
  type TaskRow,
  usualDurations,
} from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import type { Task, WorkflowRun } from '@runspan/model'
import type {
  Checked,
  EventPage,
  RunFilter,
  RunPage,
  RunReader,
  TaskHistoryFilter,
  TaskPage,
  UsualDuration,
  UsualQuestion,
} from '@runspan/tracking'

/** Asks ClickHouse something, after taking in what still waits on disk. */
export type Ask = <T>(question: (clickhouse: ClickHouse) => Promise<T>) => Promise<T>

/** Reads runs and tasks from ClickHouse. */
export class ClickHouseReader implements RunReader {
  private readonly ask: Ask

  constructor(ask: Ask) {
    this.ask = ask
  }

  async getRun(runId: string): Promise<WorkflowRun | null> {
    const report = await this.ask((clickhouse) => runIfAny(clickhouse, runId))
    return report === null ? null : workflowRun(report)
  }

  async getTasks(runId: string): Promise<Task[]> {
    const report = await this.ask((clickhouse) => runIfAny(clickhouse, runId))
    return report === null ? [] : report.taskList.map(task)
  }

  async getTask(taskId: string): Promise<Task | null> {
    const found = await this.ask((clickhouse) => taskById(clickhouse, taskId))
    return found === null ? null : task(found)
  }

  async listRuns(filter: Checked<RunFilter>): Promise<RunPage> {
    const page = await this.ask((clickhouse) => runs(clickhouse, filter))
    return { runs: page.runs.map((summary) => workflowRun(summary)), nextCursor: page.nextCursor }
  }

  async listTasks(filter: Checked<TaskHistoryFilter>): Promise<TaskPage> {
    const page = await this.ask((clickhouse) => taskHistory(clickhouse, filter))
    return { tasks: page.tasks.map(task), nextCursor: page.nextCursor }
  }

  async eventsSince(position: string | undefined): Promise<EventPage> {
    return this.ask((clickhouse) => eventsSince(clickhouse, { position }))
  }

  async usualDurations(of: readonly UsualQuestion[]): Promise<readonly (UsualDuration | null)[]> {
    const questions = of.map(({ workflowId, startTime }) => ({
      workflow: workflowId,
      startTime: startTime.toISOString(),
    }))
    return this.ask((clickhouse) => usualDurations(clickhouse, questions))
  }
}

function workflowRun(run: RunSummary | RunReport): WorkflowRun {
  const report = 'taskList' in run ? run : null
  return {
    runId: run.runId,
    workflowId: run.workflow,
    status: run.status,
    startTime: new Date(run.startTime),
    endTime: run.endTime === null ? null : new Date(run.endTime),
    duration: run.durationSeconds,
    metadata: report?.metadata ?? run.metadata,
    tags: report?.tags ?? run.tags,
    parentRunId: run.parentRunId,
    retryOf: run.retryOf,
    traceId: run.traceId || null,
    trigger: report?.trigger ?? null,
    engine: run.engine,
    error: run.error,
    tasks: report?.taskList.map(task) ?? [],
  }
}

function task(row: TaskRow): Task {
  return {
    taskId: row.taskId,
    runId: row.runId,
    nodeId: row.nodeId,
    attempt: row.attempt,
    status: row.status,
    startTime: new Date(row.startTime),
    endTime: row.endTime === null ? null : new Date(row.endTime),
    duration: row.durationSeconds,
    queueTime: row.queueSeconds,
    dependencies: row.dependencies,
    error: row.error,
    reason: row.reason,
    progress: row.progress,
    metrics: row.metrics,
  }
}
