import { runIfAny, runs, type RunReport, type RunSummary, taskById, tasks, type TaskRow } from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import type { Task, WorkflowRun } from '@runspan/model'
import type { RunFilter, RunPage, RunReader } from '@runspan/tracking'

/** Reads runs and tasks from ClickHouse. `open` is called before each read: it connects, and takes in what still waits on disk. */
export class ClickHouseReader implements RunReader {
  private readonly open: () => Promise<ClickHouse>

  constructor(open: () => Promise<ClickHouse>) {
    this.open = open
  }

  async getRun(runId: string): Promise<WorkflowRun | null> {
    const report = await runIfAny(await this.open(), runId)
    return report === null ? null : workflowRun(report)
  }

  async getTasks(runId: string): Promise<Task[]> {
    const clickhouse = await this.open()
    return (await runIfAny(clickhouse, runId)) === null ? [] : (await tasks(clickhouse, runId)).map(task)
  }

  async getTask(taskId: string): Promise<Task | null> {
    const found = await taskById(await this.open(), taskId)
    return found === null ? null : task(found)
  }

  async listRuns(filter: RunFilter): Promise<RunPage> {
    const page = await runs(await this.open(), filter)
    return { runs: page.runs.map((summary) => workflowRun(summary)), nextCursor: page.nextCursor }
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
    metrics: row.metrics,
  }
}
