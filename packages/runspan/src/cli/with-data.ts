import type { OpenData } from '../open-data.ts'
import { type DataFlags, dataFrom } from './verb.ts'

/** Opens the data, takes in what waits in the spool, answers, and closes again. The answer may be asked for twice, so it prints last. */
export async function withOpenData<T>(flags: DataFlags, answer: (data: OpenData) => Promise<T>): Promise<T> {
  const { openData } = await import('../open-data.ts')
  const data = await openData(dataFrom(flags))
  try {
    await data.deliver()
    return await data.read(() => answer(data))
  } finally {
    await data.close()
  }
}

/** The same for a verb that records: it is done once. */
export async function withOpenSpool<T>(flags: DataFlags, record: (data: OpenData) => Promise<T>): Promise<T> {
  const { openData } = await import('../open-data.ts')
  const data = await openData(dataFrom(flags))
  try {
    return await record(data)
  } finally {
    await data.close()
  }
}
