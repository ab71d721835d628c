import type { Attributes } from '@opentelemetry/api'
import { attributes as names, ioScopeOf, NO_METRICS, type TaskMetrics } from '@runspan/model'

import { type CpuShare, ownCpuSeconds } from './cpu-attribution.ts'
import { highestSince, sampleMemory } from './memory-peaks.ts'
import { type LeftOut, withoutAttributes, withoutMetrics } from './metric-groups.ts'
import { anyOpen, closeTask, type Moment, openTask } from './open-tasks.ts'
import { CPU_SCOPE, measureProcess, measureProcessForStart, type ProcessUse, residentBytes } from './process-use.ts'

const {
  PROCESS_CPU_TIME_USER,
  PROCESS_CPU_TIME_SYSTEM,
  PROCESS_MEMORY_USAGE,
  PROCESS_MEMORY_PEAK,
  PROCESS_MEMORY_DELTA,
  PROCESS_DISK_IO_READ,
  PROCESS_DISK_IO_WRITE,
  PROCESS_DISK_OPERATIONS_READ,
  PROCESS_DISK_OPERATIONS_WRITE,
  PROCESS_NETWORK_IO_RECEIVE,
  PROCESS_NETWORK_IO_TRANSMIT,
  PROCESS_CONTEXT_SWITCHES,
  WORKFLOW_TASK_CHILD_CPU_TIME,
  WORKFLOW_TASK_CONCURRENCY,
  WORKFLOW_TASK_CPU_SCOPE,
  WORKFLOW_TASK_CPU_TIME,
  WORKFLOW_TASK_STATUS,
} = names

/** Resources that the process used while one task ran. */
export class TaskUse {
  readonly start: ProcessUse
  opened: Moment | null
  end: ProcessUse | null = null
  concurrency = 0
  readonly startMilliseconds: number
  readonly share: CpuShare | null
  readonly leftOut: LeftOut | null
  cpuOwnSeconds: number | null = null
  sampledPeakBytes = 0

  /** With a `share`, CPU is attributed to the task itself. */
  constructor(share: CpuShare | null = null, leftOut: LeftOut | null = null) {
    this.leftOut = leftOut
    this.opened = openTask()
    this.start = measureProcessForStart()
    this.startMilliseconds = performance.now()
    this.share = share
    sampleMemory(residentBytes, () => !anyOpen())
  }

  /** Takes the measurement at the end. */
  finish(): void {
    this.end = measureProcess()
    this.sampledPeakBytes = highestSince(this.startMilliseconds)
    if (this.share !== null) this.cpuOwnSeconds = ownCpuSeconds(this.share)
    if (this.opened !== null) this.concurrency = closeTask(this.opened)
    this.opened = null
  }

  /** Returns CPU seconds of children; null if there were none. */
  childSeconds(): number | null {
    const microseconds = (this.end ?? this.start).childMicroseconds - this.start.childMicroseconds
    return microseconds > 0 ? microseconds / 1e6 : null
  }

  /** Returns attributes of the ended task's span, including its status: one object for one call of the SDK. */
  toAttributes(status: string): Attributes {
    const { start, concurrency } = this
    const end = this.end ?? start
    const children = this.childSeconds()
    const attributes: Attributes = {
      [WORKFLOW_TASK_STATUS]: status,
      [WORKFLOW_TASK_CONCURRENCY]: concurrency,
      [WORKFLOW_TASK_CPU_SCOPE]: CPU_SCOPE === 'thread' ? CPU_SCOPE : undefined,
      [WORKFLOW_TASK_CPU_TIME]: this.cpuOwnSeconds ?? undefined,
      [WORKFLOW_TASK_CHILD_CPU_TIME]: children ?? undefined,
      [PROCESS_CPU_TIME_USER]: (end.userMicroseconds - start.userMicroseconds) / 1e6,
      [PROCESS_CPU_TIME_SYSTEM]: (end.systemMicroseconds - start.systemMicroseconds) / 1e6,
      [PROCESS_MEMORY_USAGE]: known(end.residentBytes),
      [PROCESS_MEMORY_PEAK]: known(this.peakBytes()),
      [PROCESS_MEMORY_DELTA]: told(end.residentBytes - start.residentBytes),
      [PROCESS_DISK_IO_READ]: known(end.readBytes - start.readBytes),
      [PROCESS_DISK_IO_WRITE]: known(end.writtenBytes - start.writtenBytes),
      [PROCESS_DISK_OPERATIONS_READ]: known(end.readCalls - start.readCalls),
      [PROCESS_DISK_OPERATIONS_WRITE]: known(end.writeCalls - start.writeCalls),
      [PROCESS_NETWORK_IO_RECEIVE]: known(end.receivedBytes - start.receivedBytes),
      [PROCESS_NETWORK_IO_TRANSMIT]: known(end.sentBytes - start.sentBytes),
      [PROCESS_CONTEXT_SWITCHES]: end.contextSwitches - start.contextSwitches,
    }
    return this.leftOut === null ? attributes : withoutAttributes(attributes, this.leftOut)
  }

  /** Returns the same as metrics for readers; `seconds` is the task's duration. */
  toMetrics(seconds: number, custom: Readonly<Record<string, number>>): TaskMetrics {
    const { start, end } = this
    if (end === null) return { ...NO_METRICS, custom }
    const user = (end.userMicroseconds - start.userMicroseconds) / 1e6
    const system = (end.systemMicroseconds - start.systemMicroseconds) / 1e6
    const metrics: TaskMetrics = {
      cpuPercent: seconds > 0 ? ((this.cpuOwnSeconds ?? user + system) / seconds) * 100 : null,
      cpuUserSeconds: user,
      cpuSystemSeconds: system,
      cpuScope: CPU_SCOPE,
      cpuOwnSeconds: this.cpuOwnSeconds,
      childCpuSeconds: this.childSeconds(),
      memoryBytes: known(end.residentBytes) ?? null,
      memoryPeakBytes: known(this.peakBytes()) ?? null,
      memoryDeltaBytes: told(end.residentBytes - start.residentBytes) ?? null,
      diskReadBytes: known(end.readBytes - start.readBytes) ?? null,
      diskWriteBytes: known(end.writtenBytes - start.writtenBytes) ?? null,
      diskReadOps: known(end.readCalls - start.readCalls) ?? null,
      diskWriteOps: known(end.writeCalls - start.writeCalls) ?? null,
      networkSentBytes: known(end.sentBytes - start.sentBytes) ?? null,
      networkReceivedBytes: known(end.receivedBytes - start.receivedBytes) ?? null,
      ioScope: ioScopeOf({ concurrency: this.concurrency, cpuScope: CPU_SCOPE }),
      contextSwitches: end.contextSwitches - start.contextSwitches,
      concurrency: this.concurrency,
      custom,
    }
    return this.leftOut === null ? metrics : withoutMetrics(metrics, this.leftOut)
  }

  /** The kernel keeps the peak of the process's whole life, so it is this task's peak only if it rose meanwhile. */
  peakBytes(): number {
    const { start } = this
    const end = this.end ?? start
    const seen = Math.max(start.residentBytes, end.residentBytes, this.sampledPeakBytes)
    return end.highestResidentBytes > start.highestResidentBytes ? Math.max(seen, end.highestResidentBytes) : seen
  }
}

/** Returns a number, or undefined if it was not available. */
function told(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : number
}

function known(difference: number): number | undefined {
  return Number.isNaN(difference) ? undefined : Math.max(0, difference)
}
