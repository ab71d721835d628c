import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

/** True for fast, less accurate figures: fewer rounds, less data. */
export const QUICK = process.env.RUNSPAN_BENCH_QUICK === '1'

/** Default rounds of a benchmark. */
export const ROUNDS = QUICK ? 2 : 5

export function machine() {
  const [first] = cpus()
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Returns one line of a benchmark's table. */
export function row(subject, unit, values) {
  return { subject, unit, median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * Runs all subjects once a round, one after the other, so that a slow minute of the machine affects them equally. Every other
 * round goes backwards, because the first finds a warmer or colder machine. Returns the results, a list a subject.
 */
export async function alternate(subjects, { rounds = ROUNDS, warmUp = 0 } = {}) {
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    const names = Object.keys(subjects)
    if (round % 2 !== 0) names.reverse()
    for (const name of names) {
      const result = await subjects[name](round)
      if (round >= 0) results[name].push(result)
    }
  }
  return results
}

/** Prints progress on standard error. */
export function progress(text) {
  process.stderr.write(`${text}\n`)
}

const TICKS_A_SECOND = 100

/**
 * Returns the CPU seconds that a process of this machine has used so far, user and kernel, as Linux counts them (in 1/100 s).
 */
export function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

/** Returns the CPU seconds of this process's children that have ended, user and kernel. */
export function childCpuSeconds() {
  const text = readFileSync('/proc/self/stat', 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND
}

/** Returns the resident bytes of a process. */
export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
}

/** Resets the peak of a process's resident bytes. */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Returns the maximum resident bytes of a process since `resetPeak`. */
export function peakBytes(pid) {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
}
