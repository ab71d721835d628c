import type { OptionKinds } from '@runspan/model'

import { cycle, duplicateTask, inOrder, unknownDependency } from './check-graph.ts'
import { checkOptionNames } from './check-option-names.ts'
import { Limit } from './limit.ts'
import {
  checkName,
  defineTask,
  type TaskContext,
  type TaskDefinition,
  type WorkflowTaskOptions,
  TASK,
} from './task-definition.ts'
import { WorkflowError } from './workflow-error.ts'

/** Options of a workflow. */
export interface WorkflowOptions {
  /** Maximum tasks of one run at the same time. No limit by default. */
  readonly concurrency?: number | undefined
}

/** Option kinds. Add a new option here. */
const WORKFLOW: OptionKinds<WorkflowOptions> = { concurrency: 'number' }

/** A task for `Workflow.fromTasks`: tasks may be in any order, and results are not typed. */
export interface PlainTask<Inputs> extends WorkflowTaskOptions<Inputs, Readonly<Record<string, unknown>>, string> {
  readonly nodeId: string
  readonly run: (context: TaskContext<Inputs, Readonly<Record<string, unknown>>>) => unknown
}

/** Option kinds. Add a new option here. */
const PLAIN_TASK: OptionKinds<PlainTask<never>> = { ...TASK, nodeId: 'text', run: 'function' }

/**
 * Tasks and their dependencies. `Results` grows with every task, so that each task knows the result types of those before it.
 *
 * @example
 * const workflow = new Workflow<{ day: string }>('nightly-orders')
 *   .addTask('extract', { retry: 3 }, ({ inputs }) => readOrders(inputs.day))
 *   .addTask('load', { after: ['extract'] }, ({ results }) => writeOrders(results.extract))
 */
export class Workflow<Inputs = unknown, Results = unknown> {
  readonly name: string
  readonly concurrency: number
  readonly #tasks: Map<string, TaskDefinition> = new Map()
  readonly #limits: Map<string, Limit> = new Map()

  /** Throws `WorkflowError` `INVALID_NAME` or `INVALID_OPTION`. */
  constructor(name: string, options: WorkflowOptions = {}) {
    checkName(name, 'workflow name')
    checkOptionNames(`Workflow ${name}`, options, WORKFLOW)
    this.name = name
    this.concurrency = checkConcurrency(options.concurrency)
  }

  /**
   * Adds a task. It may depend on tasks added before it, and receives their results.
   * Throws `WorkflowError` `DUPLICATE_TASK`, `UNKNOWN_DEPENDENCY`, `CYCLE`, `INVALID_NAME` or `INVALID_OPTION`.
   */
  addTask<const NodeId extends string, Result>(
    nodeId: NodeId,
    body: (context: TaskContext<Inputs, Readonly<Record<never, never>>>) => Result | PromiseLike<Result>,
  ): Workflow<Inputs, Results & Readonly<Record<NodeId, Result>>>
  addTask<const NodeId extends string, Result, const After extends keyof Results & string = never>(
    nodeId: NodeId,
    options: WorkflowTaskOptions<Inputs, Readonly<Pick<Results, After>>, After>,
    body: (context: TaskContext<Inputs, Readonly<Pick<Results, After>>>) => Result | PromiseLike<Result>,
  ): Workflow<Inputs, Results & Readonly<Record<NodeId, Result>>>
  addTask(nodeId: string, optionsOrBody: unknown, body?: unknown): unknown {
    const plain = typeof optionsOrBody === 'function'
    const options = plain ? {} : (optionsOrBody as WorkflowTaskOptions<never, never, string>)
    checkOptionNames(`Task ${String(nodeId)}`, options, TASK)
    const task = defineTask(nodeId, options, (plain ? optionsOrBody : body) as TaskDefinition['body'])
    if (this.#tasks.has(nodeId)) throw duplicateTask(nodeId)
    if (task.after.includes(nodeId)) throw cycle([nodeId, nodeId])
    const unknown = task.after.find((name) => !this.#tasks.has(name))
    if (unknown !== undefined) throw unknownDependency(nodeId, unknown, [...this.#tasks.keys()])
    this.#tasks.set(nodeId, task)
    return this
  }

  /**
   * Returns a workflow from tasks in any order.
   * Throws the same `WorkflowError` as `addTask`; the message of a `CYCLE` lists the tasks: `a → b → a`.
   */
  static fromTasks<Inputs = unknown>(
    name: string,
    tasks: readonly PlainTask<Inputs>[],
    options: WorkflowOptions = {},
  ): Workflow<Inputs, Readonly<Record<string, unknown>>> {
    const workflow = new Workflow<Inputs, Readonly<Record<string, unknown>>>(name, options)
    const defined = tasks.map((task) => {
      checkOptionNames(`Task ${String(task?.nodeId)}`, task, PLAIN_TASK)
      return defineTask(
        task.nodeId,
        task as WorkflowTaskOptions<never, never, string>,
        task.run as TaskDefinition['body'],
      )
    })
    for (const task of inOrder(defined)) workflow.#tasks.set(task.nodeId, task)
    return workflow
  }

  /** Tasks, each after those it waits for. */
  get tasks(): readonly TaskDefinition[] {
    return [...this.#tasks.values()]
  }

  /** Returns the limit that all runs of this workflow in this process share for one task; undefined if it has none. */
  limitOf(task: TaskDefinition): Limit | undefined {
    if (task.concurrency === Infinity) return undefined
    const limit = this.#limits.get(task.nodeId) ?? new Limit(task.concurrency)
    this.#limits.set(task.nodeId, limit)
    return limit
  }
}

/** Throws `WorkflowError` `INVALID_OPTION`. */
export function checkConcurrency(concurrency: number | undefined): number {
  const most = concurrency ?? Infinity
  if (most === Infinity || (Number.isInteger(most) && most >= 1)) return most
  throw new WorkflowError('INVALID_OPTION', `concurrency must be a whole number from 1, not ${String(most)}.`)
}
