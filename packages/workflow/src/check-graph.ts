import { WorkflowError } from './workflow-error.ts'

/** The fields of a task that decide the order. */
export interface Node {
  readonly nodeId: string
  readonly after: readonly string[]
}

/**
 * Returns the tasks in an order in which each comes after the tasks it waits for.
 * Throws `WorkflowError` `DUPLICATE_TASK`, `UNKNOWN_DEPENDENCY` or `CYCLE`.
 */
export function inOrder<T extends Node>(nodes: readonly T[]): readonly T[] {
  const byName = new Map<string, T>()
  for (const node of nodes) {
    if (byName.has(node.nodeId)) throw duplicateTask(node.nodeId)
    byName.set(node.nodeId, node)
  }
  for (const node of nodes) {
    const unknown = node.after.find((name) => !byName.has(name))
    if (unknown !== undefined) throw unknownDependency(node.nodeId, unknown, [...byName.keys()])
  }
  const ordered = new Set<T>()
  for (const node of nodes) visit(node, byName, ordered)
  return [...ordered]
}

/** Visits depth first with its own stack: a chain of 100,000 tasks must not overflow the call stack. */
function visit<T extends Node>(start: T, byName: ReadonlyMap<string, T>, ordered: Set<T>): void {
  const path: { node: T; next: number }[] = [{ node: start, next: 0 }]
  const onPath = new Set<T>([start])
  while (path.length > 0) {
    const step = path.at(-1)
    if (step === undefined) return
    const name = step.node.after[step.next++]
    const node = name === undefined ? undefined : byName.get(name)
    if (node === undefined) {
      ordered.add(step.node)
      onPath.delete(step.node)
      path.pop()
    } else if (onPath.has(node)) {
      const names = path.map((one) => one.node.nodeId)
      throw cycle([...names.slice(names.indexOf(node.nodeId)), node.nodeId])
    } else if (!ordered.has(node)) {
      onPath.add(node)
      path.push({ node, next: 0 })
    }
  }
}

export function duplicateTask(nodeId: string): WorkflowError {
  return new WorkflowError('DUPLICATE_TASK', `There is a task ${nodeId} already: give every task a name of its own.`)
}

export function unknownDependency(nodeId: string, missing: string, known: readonly string[]): WorkflowError {
  const names = known.length === 0 ? 'there are none yet' : `known are ${known.slice(0, 20).join(', ')}`
  return new WorkflowError(
    'UNKNOWN_DEPENDENCY',
    `Task ${nodeId} comes after ${missing}, which is not a task: ${names}.`,
  )
}

/** Returns the error of a cycle. `names` are in the order of waiting, with the first repeated at the end. */
export function cycle(names: readonly string[]): WorkflowError {
  return new WorkflowError('CYCLE', `These tasks wait for each other: ${names.join(' → ')}.`)
}
