import type {
  ChangePointsQuestion,
  CleanUpOptions,
  ComparedSide,
  CostsQuestion,
  LargestQuestion,
  Range,
  RegressionsQuestion,
  SlaQuestion,
  ThroughputQuestion,
  TrendMetric,
  WhatIfRunQuestion,
  WhatIfWorkflowQuestion,
} from '@runspan/analytics'
import { type Given, type OptionKinds, readOptions } from '@runspan/model'
import type { RunSections } from '@runspan/report'

import { RunspanError } from './errors.ts'

/** Returns checked options, with times as dates. Throws `RunspanError` `INVALID_OPTIONS`. */
export function optionsOf<Options extends object>(
  of: string,
  given: Given<Options> | undefined,
  kinds: OptionKinds<Options>,
  required: readonly (keyof Options & string)[] = [],
): Options {
  return readOptions(given, kinds, { of, required, refuse: (message) => new RunspanError('INVALID_OPTIONS', message) })
}

export type RangeOfWorkflow = Omit<Range, 'workflow'>
export type ZonedRange = Range & { readonly timeZone?: string | undefined }
export type LimitedRange = Range & { readonly limit?: number | undefined }
export type ZonedLimitedRange = ZonedRange & LimitedRange
export interface TrendsQuestion {
  readonly runId: string
  readonly metric: TrendMetric
  readonly intervalSeconds?: number
}
export interface AnomaliesQuestion {
  readonly workflow?: string
  readonly from: Date
  readonly to: Date
}
export type ReportOptions = { readonly runId: string } & RunSections
export interface ExportOptions extends Range {
  readonly outputPath: string
}
/** Two windows or versions to compare, with times as callers pass them. */
export interface RegressionsOptions extends Omit<Given<RegressionsQuestion>, 'baseline' | 'candidate'> {
  readonly baseline?: Given<ComparedSide> | undefined
  readonly candidate?: Given<ComparedSide> | undefined
}

/* Every option of the facade by name; a missing one does not compile. */

const TIMES = { from: 'time', to: 'time' } as const
export const RANGE: OptionKinds<Range> = { workflow: 'text', ...TIMES }
export const RANGE_OF_WORKFLOW: OptionKinds<RangeOfWorkflow> = TIMES
export const ZONED_RANGE: OptionKinds<ZonedRange> = { ...RANGE, timeZone: 'text' }
export const LIMITED_RANGE: OptionKinds<LimitedRange> = { ...RANGE, limit: 'number' }
export const ZONED_LIMITED_RANGE: OptionKinds<ZonedLimitedRange> = { ...ZONED_RANGE, limit: 'number' }
export const TRENDS: OptionKinds<TrendsQuestion> = { runId: 'text', metric: 'text', intervalSeconds: 'number' }
export const ANOMALIES: OptionKinds<AnomaliesQuestion> = { ...RANGE }
export const WHAT_IF_RUN: OptionKinds<WhatIfRunQuestion> = {
  runId: 'text',
  nodeId: 'text',
  speedup: 'number',
  workers: 'number',
}
export const WHAT_IF_WORKFLOW: OptionKinds<WhatIfWorkflowQuestion> = {
  ...RANGE,
  nodeId: 'text',
  speedup: 'number',
  workers: 'number',
}
const SIDE = { ...TIMES, version: 'text' } as const
export const REGRESSIONS: OptionKinds<RegressionsQuestion> = {
  workflow: 'text',
  baseline: SIDE,
  candidate: SIDE,
  minimumChange: 'number',
  now: 'time',
}
export const CHANGE_POINTS: OptionKinds<ChangePointsQuestion> = { ...ZONED_RANGE, of: 'text' }
export const SLA: OptionKinds<SlaQuestion> = {
  ...ZONED_RANGE,
  limitSeconds: 'number',
  reference: 'any',
  expected: 'object',
  now: 'time',
}
export const COSTS: OptionKinds<CostsQuestion> = {
  ...ZONED_RANGE,
  by: 'text',
  prices: { perCpuSecond: 'number', perGigabyteSecond: 'number' },
}
export const THROUGHPUT: OptionKinds<ThroughputQuestion> = { ...ZONED_RANGE, interval: 'any' }
export const LARGEST: OptionKinds<LargestQuestion> = { ...LIMITED_RANGE, by: 'text' }
export const REPORT: OptionKinds<ReportOptions> = {
  runId: 'text',
  includeMetrics: 'flag',
  includeTimeline: 'flag',
  includeErrors: 'flag',
}
export const EXPORT: OptionKinds<ExportOptions> = { ...RANGE, outputPath: 'text' }
export const CLEAN_UP: OptionKinds<CleanUpOptions> = {
  olderThanDays: 'number',
  before: 'time',
  maxRuns: 'number',
  workflow: 'text',
  runId: 'text',
  keepFailedRuns: 'flag',
  dryRun: 'flag',
}
