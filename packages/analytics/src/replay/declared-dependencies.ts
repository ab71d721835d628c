/** What an attempt says of what it waits for. */
export interface Declaring {
  readonly nodeId: string
  readonly dependencies: readonly string[]
}

/**
 * Returns for how many tasks of a run it is declared what they wait for: `all` where each waits for another or is waited for, `none` where no task does. What
 * waits for no task of the run declares nothing.
 */
export function declaredFor(tasks: readonly Declaring[]): 'all' | 'some' | 'none' {
  if (!tasks.some(({ dependencies }) => dependencies.length > 0)) return 'none'
  /** Nodes, and whether they wait for one or are waited for. */
  const isConnected = new Map<string, boolean>()
  for (const { nodeId } of tasks) isConnected.set(nodeId, false)
  let connected = 0
  const connect = (node: string): void => {
    if (isConnected.get(node) === true) return
    isConnected.set(node, true)
    connected++
  }
  for (const { nodeId, dependencies } of tasks) {
    for (const dependency of dependencies) {
      if (dependency === nodeId || !isConnected.has(dependency)) continue
      connect(dependency)
      connect(nodeId)
    }
    if (connected === isConnected.size) return 'all'
  }
  return connected === 0 ? 'none' : 'some'
}
