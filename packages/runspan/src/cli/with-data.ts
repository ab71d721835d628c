import type { OpenData } from '../open-data.ts'
import { type DataFlags, dataFrom } from './verb.ts'

/** Opens the data, takes in what waits in the spool, answers, and closes again. */
export async function withOpenData<T>(flags: DataFlags, answer: (data: OpenData) => Promise<T>): Promise<T> {
  const { openData } = await import('../open-data.ts')
  const data = await openData(dataFrom(flags))
  try {
    await data.deliver()
    return await answer(data)
  } finally {
    await data.close()
  }
}
