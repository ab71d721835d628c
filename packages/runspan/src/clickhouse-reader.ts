import { eventsSince, runIfAny, runs, type RunReport, taskById, taskHistory, usualDurations } from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import type { RunSummary, Task, TaskRow, UsualDuration, UsualQuestion, WorkflowRun } from '@runspan/model'
import type { Checked, EventPage, RunFilter, RunPage, RunReader, TaskHistoryFilter, TaskPage } from '@runspan/tracking'

/** Runs a query function against ClickHouse, after importing the data that waits on disk. */
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

  async usualDurations(of: readonly UsualQuestion<Date>[]): Promise<readonly (UsualDuration | null)[]> {
    const questions = of.map(({ workflow, startTime }) => ({
      workflow,
      startTime: startTime.toISOString(),
    }))
    return this.ask((clickhouse) => usualDurations(clickhouse, questions))
  }
}

function workflowRun(run: RunSummary | RunReport): WorkflowRun {
  const report = 'taskList' in run ? run : null
  const { runId, workflow, status, durationSeconds, metadata, tags, parentRunId, retryOf, engine, error } = run
  return {
    runId,
    workflow,
    status,
    durationSeconds,
    metadata,
    tags,
    parentRunId,
    retryOf,
    engine,
    error,
    ...timesOf(run),
    traceId: run.traceId || null,
    workflowId: workflow,
    duration: durationSeconds,
    trigger: report?.trigger ?? null,
    tasks: report?.taskList.map(task) ?? [],
  }
}

function task({ parentTaskId: _, ...row }: TaskRow): Task {
  return { ...row, ...timesOf(row), duration: row.durationSeconds, queueTime: row.queueSeconds }
}

function timesOf({ startTime, endTime }: { startTime: string; endTime: string | null }): {
  startTime: Date
  endTime: Date | null
} {
  return { startTime: new Date(startTime), endTime: endTime === null ? null : new Date(endTime) }
}
