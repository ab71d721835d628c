import { behindWords, compact } from '@runspan/story'
import type { DataOptions, OpenData } from '@runspan/workspace'

import { type DataFlags, dataFrom } from './options.ts'
import { printNotice } from './output.ts'

/** Flags that say where the data is, or the configuration that was resolved from them. */
type Where = DataFlags & Pick<DataOptions, 'configuration'>

const optionsOf = (where: Where): DataOptions => ({ ...dataFrom(where), configuration: where.configuration })

/** Names given on the command line. A name that does not exist is an error, not an empty answer. */
interface Named {
  readonly workflow?: string | undefined
  /** A task of that workflow. */
  readonly task?: string | undefined
}

/**
 * Opens the data, imports the spool, calls `answer`, and closes the data. `answer` may run twice, so it prints last. Throws `WORKFLOW_NOT_FOUND` and
 * `NODE_NOT_FOUND` for a named workflow or task that does not exist.
 */
export async function withOpenData<T>(flags: Where & Named, answer: (data: OpenData) => Promise<T>): Promise<T> {
  const { openData } = await import('@runspan/workspace')
  const data = await openData(optionsOf(flags))
  try {
    await data.deliverIfFree()
    sayBehind(data.behindSeconds())
    return await data.read(async (clickhouse) => {
      const { workflow, task } = flags
      if (workflow !== undefined) {
        const { requireTask, requireWorkflow } = await import('@runspan/analytics')
        await requireWorkflow(clickhouse, workflow)
        if (task !== undefined) await requireTask(clickhouse, { workflow, nodeId: task })
      }
      return answer(data)
    })
  } finally {
    await data.close()
  }
}

/** Says on standard error how far answers are behind; nothing where delivery keeps up. */
export function sayBehind(seconds: number): void {
  if (seconds > 0) printNotice(`runspan: ${compact(behindWords(seconds))}`)
}

/** The same for a verb that records: it is done once. */
export async function withOpenSpool<T>(flags: Where, record: (data: OpenData) => Promise<T>): Promise<T> {
  const { openData } = await import('@runspan/workspace')
  const data = await openData(optionsOf(flags))
  try {
    return await record(data)
  } finally {
    await data.close()
  }
}
