import type { Spool } from '../spool.ts'

/**
 * Runs `work` for one record: a record that throws when read is counted as lost, and affects neither the host nor other
 * records.
 */
export function keepRecord(spool: Spool, work: () => void): void {
  try {
    work()
  } catch (error) {
    spool.loseRecord(error)
  }
}
