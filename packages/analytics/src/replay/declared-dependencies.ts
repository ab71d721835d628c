/** Declared dependencies of an attempt. */
export interface Declaring {
  readonly nodeId: string
  readonly dependencies: readonly string[]
}

/**
 * Returns for how many tasks of a run dependencies are declared: `all` if each waits for another or is waited for, `none` if
 * no task does. A task that waits for no task of the run declares nothing.
 */
export function declaredFor(tasks: readonly Declaring[]): 'all' | 'some' | 'none' {
  if (!tasks.some(({ dependencies }) => dependencies.length > 0)) return 'none'
  /** Nodes, and whether they wait for another or are waited for. */
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
