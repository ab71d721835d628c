// Made from the build by scripts/api-report.mjs.
import { RunFilter, RunPage, RunStatus, RunSummary, TaskCounts, TaskHistoryFilter, TaskPage, TaskRow, TaskStatus, TrackingEvent, UsualDuration, UsualQuestion } from "@runspan/model";
import { ClickHouse, TtlChange } from "@runspan/clickhouse";
declare function isoTime(text: string): string;
declare function secondsBetween(from: string, to: string): number;
interface ComparedInTime {
    readonly first: number;
    readonly last: number;
}
declare function comparedInTime(statuses: readonly RunStatus[]): ComparedInTime | null;
interface PathTask {
    readonly taskId: string;
    readonly nodeId: string;
    readonly attempt: number;
    readonly start: number;
    readonly end: number;
    readonly dependencies: readonly string[];
    readonly parentTaskId?: string | undefined;
    readonly skipped?: boolean | undefined;
}
interface PathStep {
    readonly taskId: string;
    readonly nodeId: string;
    readonly selfSeconds: number;
    readonly waitSeconds: number;
}
interface NumberedStep extends PathStep {
    readonly attempt: number;
}
interface CriticalPath {
    readonly steps: readonly NumberedStep[];
    readonly tailSeconds: number;
    readonly skewSeconds: number;
    readonly method: "dependencies" | "time" | "mixed";
}
declare function criticalPath(tasks: readonly PathTask[], runStart: number, runEnd: number): CriticalPath;
interface CsvColumn<Row> {
    readonly title: string;
    readonly value: (row: Row) => CsvValue;
}
type CsvValue = string | number | boolean | Date | null | undefined;
declare const BYTE_ORDER_MARK = "﻿";
declare function toCsv<Row>(rows: readonly Row[], columns: readonly CsvColumn<Row>[]): string;
declare function csvColumns<Row extends object>(rows: readonly Row[]): CsvColumn<Row>[];
type AnalyticsErrorCode = "INVALID_CURSOR" | "INVALID_LIMIT" | "INVALID_POSITION" | "INVALID_INTERVAL" | "INVALID_METRIC" | "INVALID_RETENTION" | "INVALID_RANGE" | "INVALID_SPEEDUP" | "INVALID_TIME_ZONE" | "INVALID_WORKERS" | "NODE_NOT_FOUND" | "REPLICAS_NOT_FOLLOWED" | "RUN_NOT_FOUND" | "RUN_AMBIGUOUS" | "RUN_NOT_ENDED" | "WORKFLOW_NOT_FOUND";
declare class AnalyticsError extends Error {
    override readonly name: string;
    readonly code: AnalyticsErrorCode;
    constructor(code: AnalyticsErrorCode, message: string, cause?: unknown);
}
declare function requireWorkflow(clickhouse: ClickHouse, workflow: string): Promise<void>;
declare function requireTask(clickhouse: ClickHouse, { workflow, nodeId }: {
    readonly workflow: string;
    readonly nodeId: string;
}): Promise<void>;
declare const RUN_ROWS: string;
interface RunRow {
    readonly run_id: string;
    readonly run_key: string;
    readonly engine: string;
    readonly workflow: string;
    readonly trace_id: string;
    readonly status: RunStatus;
    readonly ended: number;
    readonly start: string;
    readonly end: string;
    readonly duration_ns: number;
}
interface Range {
    readonly workflow?: string | undefined;
    readonly from?: Date | undefined;
    readonly to?: Date | undefined;
}
interface Interval {
    readonly from: number;
    readonly to: number;
}
interface Parallelism {
    readonly workSeconds: number;
    readonly average: number | null;
    readonly peak: number;
}
declare function outerIntervals(startTime: string, tasks: readonly TaskRow[]): Interval[];
declare function parallelism(durationSeconds: number, intervals: readonly Interval[]): Parallelism;
declare function generatedPattern(names: readonly string[]): string | null;
declare function median(values: readonly number[]): number | null;
declare function quantile(values: readonly number[], level: number): number | null;
interface Chain {
    readonly nodeId: string;
    readonly attempts: readonly TaskRow[];
    readonly status: TaskStatus;
    readonly start: number;
    readonly end: number;
    readonly onPath: boolean;
}
interface Group {
    readonly name: string;
    readonly chains: readonly Chain[];
}
declare function taskChains(rows: readonly TaskRow[], path: ReadonlySet<string>, secondsSinceStart: (iso: string) => number): Chain[];
declare function baseName(nodeId: string): string;
declare function groups(chains: readonly Chain[]): Group[];
declare function concurrencyOverTime(chains: readonly Chain[], seconds: number, steps: number): {
    readonly levels: number[];
    readonly peak: number;
};
interface WhatFailed {
    readonly first: Chain;
    readonly others: readonly string[];
    readonly notRun: readonly string[];
    readonly completed: boolean;
}
declare function whatFailed(chains: readonly Chain[], status: RunStatus): WhatFailed | null;
declare function timesUsual({ status, durationSeconds }: {
    readonly status: RunStatus;
    readonly durationSeconds: number;
}, usual: {
    readonly medianSeconds: number;
} | null): number | null;
interface LongerThanUsual {
    readonly runId: string;
    readonly internalRunId: string;
    readonly workflow: string;
    readonly status: RunStatus;
    readonly startTime: string;
    readonly durationSeconds: number;
    readonly usualRuns: number;
    readonly usualSeconds: number;
    readonly usualP95Seconds: number;
    readonly score: number;
}
declare function longerThanUsual(clickhouse: ClickHouse, { workflow, from, to }: {
    readonly workflow?: string | undefined;
    readonly from: Date;
    readonly to: Date;
}): Promise<LongerThanUsual[]>;
interface TaskAnomaly {
    readonly runId: string;
    readonly internalRunId: string;
    readonly workflow: string;
    readonly nodeId: string;
    readonly taskId: string;
    readonly attempt: number;
    readonly status: "completed" | "running";
    readonly startTime: string;
    readonly durationSeconds: number;
    readonly usualAttempts: number;
    readonly usualSeconds: number;
    readonly usualP95Seconds: number;
    readonly score: number;
}
interface Anomalies {
    readonly runs: readonly LongerThanUsual[];
    readonly tasks: readonly TaskAnomaly[];
}
declare function anomalies(clickhouse: ClickHouse, question: {
    readonly workflow?: string | undefined;
    readonly from: Date;
    readonly to: Date;
}): Promise<Anomalies>;
type BottleneckReason = "slow" | "busy" | "waiting" | "unsteady" | "retried" | "memory";
interface BottleneckCause {
    readonly reason: BottleneckReason;
    readonly value: number;
    readonly threshold: number;
    readonly savedSeconds: number | null;
    readonly recommendation: string;
}
interface Bottleneck {
    readonly nodeId: string;
    readonly count: number;
    readonly shareOfCriticalPath: number;
    readonly selfSeconds: number;
    readonly waitSeconds: number;
    readonly p50DurationSeconds: number | null;
    readonly p95DurationSeconds: number | null;
    readonly causes: readonly BottleneckCause[];
}
interface Bottlenecks {
    readonly workflow: string;
    readonly runs: number;
    readonly medianRunSeconds: number | null;
    readonly bottlenecks: readonly Bottleneck[];
    readonly insufficient: boolean;
    readonly slowerThanP90: readonly string[];
}
declare function bottlenecks(clickhouse: ClickHouse, range: Range & {
    readonly workflow: string;
}): Promise<Bottlenecks>;
interface ChangePoint {
    readonly workflow: string;
    readonly nodeId: string | null;
    readonly day: string;
    readonly kind: "change" | "drift";
    readonly beforeSeconds: number;
    readonly afterSeconds: number;
    readonly ratio: number;
    readonly pValue: number;
    readonly daysBefore: number;
    readonly daysAfter: number;
}
interface ChangePointsQuestion extends Range {
    readonly of?: "runs" | "tasks" | undefined;
    readonly timeZone?: string | undefined;
}
declare function changePoints(clickhouse: ClickHouse, question?: ChangePointsQuestion): Promise<ChangePoint[]>;
interface RunComparison {
    readonly runs: readonly ComparedRun[];
    readonly compared: ComparedInTime | null;
    readonly tasks: readonly ComparedTask[];
}
interface ComparedRun {
    readonly run: RunSummary;
    readonly differenceSeconds: number | null;
    readonly ratio: number | null;
    readonly tailSeconds: number;
    readonly skewSeconds: number;
    readonly workSeconds: number;
    readonly waitSeconds: number;
    readonly averageParallelism: number | null;
}
interface ComparedTask {
    readonly nodeId: string;
    readonly runs: readonly (ComparedTaskRun | null)[];
    readonly differenceSeconds: number | null;
    readonly ratio: number | null;
    readonly pathDifferenceSeconds: number | null;
    readonly pathWaitDifferenceSeconds: number | null;
}
interface ComparedTaskRun {
    readonly status: TaskStatus;
    readonly attempts: number;
    readonly durationSeconds: number;
    readonly queueSeconds: number;
    readonly pathSeconds: number;
    readonly pathWaitSeconds: number;
    readonly onPath: boolean;
    readonly score: number | null;
    readonly unusual: boolean;
}
declare function compareRuns(clickhouse: ClickHouse, runIds: readonly string[]): Promise<RunComparison>;
interface Prices {
    readonly perCpuSecond: number;
    readonly perGigabyteSecond: number;
}
interface Cost {
    readonly workflow: string;
    readonly nodeId: string | null;
    readonly day: string | null;
    readonly attempts: number;
    readonly cpuSeconds: number;
    readonly gigabyteSeconds: number;
    readonly cost: number | null;
    readonly wastedCpuSeconds: number;
    readonly wastedGigabyteSeconds: number;
    readonly wastedCost: number | null;
    readonly estimated: boolean;
}
interface CostsQuestion extends Range {
    readonly by?: "workflow" | "task" | "day" | undefined;
    readonly prices?: Prices | undefined;
    readonly timeZone?: string | undefined;
}
declare function costs(clickhouse: ClickHouse, question?: CostsQuestion): Promise<Cost[]>;
interface PathShare {
    readonly nodeId: string;
    readonly share: number;
    readonly selfSeconds: number;
    readonly waitSeconds: number;
}
declare function criticalPathShare(clickhouse: ClickHouse, range: Range & {
    readonly workflow: string;
}): Promise<PathShare[]>;
interface SeriesQuestion extends Range {
    readonly timeZone?: string | undefined;
}
interface DailyDurations {
    readonly workflow: string;
    readonly nodeId: string;
    readonly days: readonly {
        readonly day: string;
        readonly p50Seconds: number;
    }[];
}
declare function dailyDurations(clickhouse: ClickHouse, question: SeriesQuestion & {
    readonly workflow: string;
}): Promise<DailyDurations[]>;
interface DailyMetrics {
    readonly day: string;
    readonly runs: number;
    readonly failed: number;
    readonly lost: number;
    readonly successRate: number | null;
    readonly p50DurationSeconds: number | null;
    readonly p95DurationSeconds: number | null;
}
declare function dailyMetrics(clickhouse: ClickHouse, range?: Range & {
    readonly timeZone?: string | undefined;
}): Promise<DailyMetrics[]>;
interface DatabaseState {
    readonly version: string;
    readonly runs: number;
}
declare function databaseState(clickhouse: ClickHouse): Promise<DatabaseState>;
interface EventsPage {
    readonly events: readonly (TrackingEvent & {
        readonly position: string;
    })[];
    readonly position: string;
    readonly more: boolean;
}
interface EventsQuestion {
    readonly position?: string | undefined;
    readonly limit?: number | undefined;
}
declare function eventsSince(clickhouse: ClickHouse, question?: EventsQuestion): Promise<EventsPage>;
interface FailureCluster {
    readonly workflow: string;
    readonly key: string;
    readonly errorType: string;
    readonly errorMessage: string;
    readonly count: number;
    readonly runs: number;
    readonly runsFailed: number;
    readonly nodes: readonly string[];
    readonly firstSeen: string;
    readonly lastSeen: string;
    readonly lastRunId: string;
    readonly lastNodeId: string;
    readonly days: readonly {
        readonly day: string;
        readonly count: number;
    }[];
}
declare function failureClusters(clickhouse: ClickHouse, range?: Range & {
    readonly limit?: number | undefined;
    readonly timeZone?: string | undefined;
}): Promise<FailureCluster[]>;
interface WatchedRun extends RunRow {
    readonly error: string;
    readonly shownId: string;
}
interface WatchedRange {
    readonly workflow?: string | undefined;
    readonly from: Date;
    readonly to: Date;
    readonly open?: readonly string[] | undefined;
}
interface FailedRunFound extends WatchedRun {
    readonly completedSince: boolean;
}
declare function failedRuns(clickhouse: ClickHouse, range: WatchedRange): Promise<FailedRunFound[]>;
interface WorkflowFailures {
    readonly workflow: string;
    readonly failed: number;
    readonly runs: number;
}
interface FailureRatesQuestion {
    readonly workflow?: string | undefined;
    readonly to: Date;
    readonly windowSeconds: number;
    readonly above: number;
    readonly minimumRuns: number;
}
declare function failureRates(clickhouse: ClickHouse, { workflow, to, windowSeconds, above, minimumRuns }: FailureRatesQuestion): Promise<WorkflowFailures[]>;
interface FlakyTask {
    readonly workflow: string;
    readonly nodeId: string;
    readonly kind: "recovers" | "intermittent";
    readonly runs: number;
    readonly recoveredRuns: number;
    readonly failedRuns: number;
    readonly rate: number;
    readonly rateAtLeast: number;
    readonly wastedSeconds: number;
    readonly backoffSeconds: number;
    readonly firstSeen: string;
    readonly lastSeen: string;
    readonly errorType: string;
    readonly errorMessage: string;
}
declare function flakyTasks(clickhouse: ClickHouse, range?: Range & {
    readonly limit?: number | undefined;
}): Promise<FlakyTask[]>;
interface KeyMetrics {
    readonly runId: string;
    readonly workflow: string;
    readonly status: RunStatus;
    readonly startTime: string;
    readonly durationSeconds: number;
    readonly usualDurationSeconds: number | null;
    readonly durationRatio: number | null;
    readonly tasks: TaskCounts;
    readonly failureRate: number | null;
    readonly retries: number;
    readonly cpuSeconds: number | null;
    readonly memoryPeakBytes: number | null;
    readonly diskReadBytes: number | null;
    readonly diskWriteBytes: number | null;
    readonly networkSentBytes: number | null;
    readonly networkReceivedBytes: number | null;
    readonly queueSeconds: number;
}
declare function keyMetrics(clickhouse: ClickHouse, runId: string): Promise<KeyMetrics>;
declare function lastStart(clickhouse: ClickHouse, { workflow, to }: {
    readonly workflow: string;
    readonly to: Date;
}): Promise<Date | null>;
type Resource = "duration" | "cpu" | "memory" | "disk" | "network";
interface Use {
    readonly cpuSeconds: number;
    readonly memoryPeakBytes: number;
    readonly diskBytes: number;
    readonly networkBytes: number;
}
interface LargestQuestion extends Range {
    readonly by?: Resource | undefined;
    readonly limit?: number | undefined;
}
interface LargestRun extends Use {
    readonly runId: string;
    readonly workflow: string;
    readonly status: RunStatus;
    readonly startTime: string;
    readonly durationSeconds: number;
}
declare function longestRuns(clickhouse: ClickHouse, question?: LargestQuestion): Promise<LargestRun[]>;
interface LargestTask extends Use {
    readonly runId: string;
    readonly workflow: string;
    readonly nodeId: string;
    readonly taskId: string;
    readonly attempt: number;
    readonly status: TaskStatus;
    readonly startTime: string;
    readonly durationSeconds: number;
}
declare function longestTasks(clickhouse: ClickHouse, question?: LargestQuestion): Promise<LargestTask[]>;
declare function lostRuns(clickhouse: ClickHouse, range: WatchedRange): Promise<WatchedRun[]>;
interface MemoryPeakOfRun {
    readonly runId: string;
    readonly workflow: string;
    readonly nodeId: string;
    readonly bytes: number;
}
declare function memoryPeaks(clickhouse: ClickHouse, question: {
    readonly workflow?: string | undefined;
    readonly from: Date;
    readonly to: Date;
    readonly aboveBytes: number;
}): Promise<MemoryPeakOfRun[]>;
interface NodePerformance {
    readonly nodeId: string;
    readonly count: number;
    readonly failureRate: number | null;
    readonly avgDurationSeconds: number | null;
    readonly p50DurationSeconds: number | null;
    readonly p95DurationSeconds: number | null;
    readonly maxDurationSeconds: number | null;
    readonly avgQueueSeconds: number | null;
    readonly shareOfCriticalPath: number;
    readonly retries: number;
    readonly skipped: number;
    readonly cancelled: number;
    readonly cpuSeconds: number;
    readonly memoryPeakBytes: number;
    readonly sampled?: "weighted" | "unknown";
}
declare function nodePerformance(clickhouse: ClickHouse, range: Range & {
    readonly workflow: string;
}): Promise<NodePerformance[]>;
interface ComparedSide {
    readonly from: Date;
    readonly to: Date;
    readonly version?: string | undefined;
}
interface Sides {
    readonly workflow?: string | undefined;
    readonly baseline: ComparedSide;
    readonly candidate: ComparedSide;
}
interface TaskRegression {
    readonly workflow: string;
    readonly nodeId: string;
    readonly baselineCount: number;
    readonly candidateCount: number;
    readonly baselineMedianSeconds: number;
    readonly candidateMedianSeconds: number;
    readonly ratio: number;
    readonly cliffsDelta: number;
    readonly pValue: number;
    readonly qValue: number;
    readonly dayPValue: number | null;
    readonly smallestDetectableRatio: number;
    readonly verdict: "slower" | "faster" | "same";
}
declare function taskRegressions(clickhouse: ClickHouse, question: Sides & {
    readonly minimumChange?: number | undefined;
}): Promise<TaskRegression[]>;
interface FailureRegression {
    readonly workflow: string;
    readonly nodeId: string;
    readonly baselineCount: number;
    readonly candidateCount: number;
    readonly baselineFailureRate: number;
    readonly candidateFailureRate: number;
    readonly pValue: number;
    readonly qValue: number;
    readonly verdict: "more often" | "less often" | "same";
}
interface Regressions {
    readonly baseline: ComparedSide | null;
    readonly candidate: ComparedSide | null;
    readonly by: "time" | "version";
    readonly durations: readonly TaskRegression[];
    readonly failures: readonly FailureRegression[];
    readonly insufficient: number;
}
interface RegressionsQuestion {
    readonly workflow?: string | undefined;
    readonly baseline?: ComparedSide | undefined;
    readonly candidate?: ComparedSide | undefined;
    readonly minimumChange?: number | undefined;
    readonly now?: Date | undefined;
}
declare function regressions(clickhouse: ClickHouse, question?: RegressionsQuestion): Promise<Regressions>;
type TrendMetric = "cpu" | "memory" | "disk" | "network";
interface ResourceTrend {
    readonly metric: TrendMetric;
    readonly unit: string;
    readonly intervalSeconds: number;
    readonly timestamps: readonly string[];
    readonly values: readonly (number | null)[];
    readonly source: "host metrics" | "tasks" | "both" | "none";
    readonly shared: boolean;
}
declare function resourceTrends(clickhouse: ClickHouse, question: {
    readonly runId: string;
    readonly metric: TrendMetric;
    readonly intervalSeconds?: number;
}): Promise<ResourceTrend>;
interface RunReport extends RunSummary {
    readonly trigger: string | null;
    readonly service: string | null;
    readonly version: string | null;
    readonly criticalPath: readonly PathStep[];
    readonly tailSeconds: number;
    readonly criticalPathMethod: CriticalPath["method"];
    readonly taskList: readonly TaskRow[];
}
declare function run(clickhouse: ClickHouse, id: string): Promise<RunReport>;
declare function runIfAny(clickhouse: ClickHouse, id: string): Promise<RunReport | null>;
interface RunCost {
    readonly runId: string;
    readonly workflow: string;
    readonly cpuSeconds: number;
    readonly gigabyteSeconds: number;
    readonly cost: number | null;
    readonly wastedCpuSeconds: number;
    readonly memoryFrom: "samples" | "tasks" | "none";
    readonly estimated: boolean;
    readonly tasks: readonly {
        readonly nodeId: string;
        readonly attempts: number;
        readonly cpuSeconds: number;
        readonly gigabyteSeconds: number;
        readonly cost: number | null;
    }[];
}
declare function runCost(clickhouse: ClickHouse, question: {
    readonly runId: string;
    readonly prices?: Prices | undefined;
}): Promise<RunCost>;
interface RunCriticalPath {
    readonly runId: string;
    readonly workflow: string;
    readonly status: RunStatus;
    readonly durationSeconds: number;
    readonly method: CriticalPath["method"];
    readonly partial: boolean;
    readonly steps: readonly CriticalStep[];
    readonly tailSeconds: number;
    readonly skewSeconds: number;
    readonly workSeconds: number;
    readonly queueSeconds: number;
    readonly backoffSeconds: number;
    readonly busySeconds: number;
    readonly averageParallelism: number | null;
    readonly peakParallelism: number;
    readonly tasks: readonly TaskTimes[];
}
interface CriticalStep {
    readonly taskId: string;
    readonly nodeId: string;
    readonly attempt: number;
    readonly status: TaskStatus;
    readonly selfSeconds: number;
    readonly waitSeconds: number;
    readonly share: number | null;
}
interface TaskTimes {
    readonly nodeId: string;
    readonly attempts: number;
    readonly totalSeconds: number;
    readonly selfSeconds: number;
    readonly queueSeconds: number;
    readonly backoffSeconds: number;
    readonly pathSeconds: number;
}
declare function runCriticalPath(clickhouse: ClickHouse, runId: string): Promise<RunCriticalPath>;
interface RunStats {
    readonly totalRuns: number;
    readonly completedRuns: number;
    readonly failedRuns: number;
    readonly cancelledRuns: number;
    readonly runningRuns: number;
    readonly lostRuns: number;
    readonly successRate: number | null;
    readonly avgDurationSeconds: number | null;
    readonly p50DurationSeconds: number | null;
    readonly p95DurationSeconds: number | null;
    readonly maxDurationSeconds: number | null;
    readonly sampling?: Sampling;
}
interface Sampling {
    readonly storedRuns: number;
    readonly unknownRuns: number;
}
declare function runStats(clickhouse: ClickHouse, range?: Range): Promise<RunStats>;
declare function runs(clickhouse: ClickHouse, filter?: RunFilter<Date>): Promise<RunPage<RunSummary>>;
declare function runsOverLimit(clickhouse: ClickHouse, { limitSeconds, ...range }: WatchedRange & {
    readonly limitSeconds: number;
}): Promise<WatchedRun[]>;
declare function taskById(clickhouse: ClickHouse, taskId: string): Promise<TaskRow | null>;
type Frequency = {
    readonly at: string;
    readonly timeZone?: string | undefined;
} | {
    readonly everySeconds: number;
};
interface SlaQuestion extends Range {
    readonly workflow: string;
    readonly limitSeconds: number;
    readonly reference?: "started" | {
        readonly metadata: string;
    } | undefined;
    readonly expected?: Frequency | undefined;
    readonly timeZone?: string | undefined;
    readonly now?: Date | undefined;
}
interface SlaAttainment {
    readonly workflow: string;
    readonly limitSeconds: number;
    readonly met: number;
    readonly missed: number;
    readonly undecided: number;
    readonly cancelled: number;
    readonly withoutReference: number;
    readonly attained: number | null;
    readonly reasons: {
        readonly late: number;
        readonly failed: number;
        readonly lost: number;
        readonly running: number;
        readonly absent: number;
    };
    readonly absentTimes: readonly string[];
    readonly days: readonly {
        readonly day: string;
        readonly met: number;
        readonly missed: number;
        readonly undecided: number;
    }[];
    readonly missedRuns: readonly {
        readonly runId: string;
        readonly startTime: string;
        readonly reason: "late" | "failed" | "lost" | "running";
        readonly secondsAfterReference: number;
    }[];
}
declare function slaAttainment(clickhouse: ClickHouse, question: SlaQuestion): Promise<SlaAttainment>;
interface SilentSpan {
    readonly runId: string;
    readonly workflow: string;
    readonly nodeId: string;
    readonly attempt: number;
    readonly traceId: string;
    readonly spanId: string;
    readonly parentSpanId: string;
    readonly startNanoseconds: string;
    readonly lastSeenMilliseconds: number;
    readonly resource: Readonly<Record<string, string>>;
    readonly scopeVersion: string;
    readonly hostIsHeard: boolean;
}
declare function silentRuns(clickhouse: ClickHouse): Promise<SilentSpan[]>;
declare function spanCount(clickhouse: ClickHouse, traceIds: readonly string[]): Promise<number>;
interface TaskGroup {
    readonly name: string;
    readonly ran: number;
    readonly p50DurationSeconds: number | null;
    readonly p95DurationSeconds: number | null;
    readonly maxDurationSeconds: number | null;
    readonly retried: number;
    readonly failed: number;
    readonly skipped: number;
}
declare function taskGroups(clickhouse: ClickHouse, range: Range & {
    readonly workflow: string;
}): Promise<TaskGroup[]>;
interface HeatmapCell {
    readonly runId: string;
    readonly name: string;
    readonly medianSeconds: number | null;
    readonly failed: number;
    readonly retried: number;
    readonly skipped: number;
}
declare function taskHeatmap(clickhouse: ClickHouse, range: Range & {
    readonly workflow: string;
    readonly limit?: number;
}): Promise<HeatmapCell[]>;
declare function taskHistory(clickhouse: ClickHouse, question: TaskHistoryFilter<Date>): Promise<TaskPage<TaskRow>>;
interface ThroughputBucket {
    readonly startTime: string;
    readonly seconds: number;
    readonly runsStarted: number;
    readonly runsEnded: number;
    readonly tasksStarted: number;
    readonly tasksEnded: number;
    readonly tasksFailed: number;
    readonly runningRuns: Level;
    readonly runningTasks: Level;
    readonly queuedTasks: Level;
}
interface Level {
    readonly mean: number;
    readonly peak: number;
}
interface Throughput {
    readonly intervalSeconds: number | null;
    readonly exact: boolean;
    readonly buckets: readonly ThroughputBucket[];
}
interface ThroughputQuestion extends Omit<Range, "from" | "to"> {
    readonly from: Date;
    readonly to: Date;
    readonly interval?: number | "day" | undefined;
    readonly timeZone?: string | undefined;
}
declare function throughput(clickhouse: ClickHouse, question: ThroughputQuestion): Promise<Throughput>;
interface TimeLeft {
    readonly runId: string;
    readonly workflow: string;
    readonly status: RunStatus;
    readonly elapsedSeconds: number;
    readonly leftSeconds: number | null;
    readonly p10LeftSeconds: number | null;
    readonly p90LeftSeconds: number | null;
    readonly expectedEndTime: string | null;
    readonly basis: "tasks" | "runs" | "none";
    readonly historyRuns: number;
    readonly runningTasks: readonly string[];
    readonly waitingTasks: readonly string[];
    readonly overdue: boolean;
}
declare function timeLeft(clickhouse: ClickHouse, runId: string, options?: {
    readonly draws?: number | undefined;
    readonly seed?: number | undefined;
}): Promise<TimeLeft>;
declare function tasks(clickhouse: ClickHouse, runId: string): Promise<TaskRow[]>;
interface UsualDurations extends UsualDuration {
    readonly durations: readonly {
        readonly runId: string;
        readonly startTime: Date;
        readonly seconds: number;
    }[];
}
declare const USUAL_NEEDS_RUNS = 5;
declare function usualDurations(clickhouse: ClickHouse, of: readonly UsualQuestion<string>[]): Promise<(UsualDurations | null)[]>;
interface WhatIf {
    readonly workflow: string;
    readonly nodeId: string;
    readonly speedup: number;
    readonly workers: number | null;
    readonly inferred: boolean;
}
interface WhatIfRun extends WhatIf {
    readonly runId: string;
    readonly durationSeconds: number;
    readonly fasterSeconds: number;
    readonly savedSeconds: number;
    readonly savedShare: number | null;
    readonly ceilingSeconds: number;
    readonly slower: boolean;
    readonly partial: boolean;
}
interface WhatIfWorkflow extends WhatIf {
    readonly runs: number;
    readonly p50Seconds: number | null;
    readonly p50FasterSeconds: number | null;
    readonly p95Seconds: number | null;
    readonly p95FasterSeconds: number | null;
    readonly savedSeconds: number | null;
    readonly savedShare: number | null;
    readonly ceilingSeconds: number | null;
    readonly slowerRuns: number;
}
interface WhatIfRunQuestion {
    readonly runId: string;
    readonly nodeId: string;
    readonly speedup: number;
    readonly workers?: number | undefined;
}
interface WhatIfWorkflowQuestion extends Omit<Range, "workflow"> {
    readonly workflow: string;
    readonly nodeId: string;
    readonly speedup: number;
    readonly workers?: number | undefined;
}
declare function whatIf(clickhouse: ClickHouse, question: WhatIfRunQuestion): Promise<WhatIfRun>;
declare function whatIfWorkflow(clickhouse: ClickHouse, question: WhatIfWorkflowQuestion): Promise<WhatIfWorkflow>;
interface CleanUpOptions {
    readonly olderThanDays?: number | undefined;
    readonly before?: Date | undefined;
    readonly maxRuns?: number | undefined;
    readonly workflow?: string | undefined;
    readonly runId?: string | undefined;
    readonly keepFailedRuns?: boolean | undefined;
    readonly dryRun?: boolean | undefined;
}
interface CleanedUp {
    readonly runs: number;
    readonly tasks: number;
    readonly bytes: number;
    readonly rows: Readonly<Record<string, number>>;
    readonly dryRun: boolean;
    readonly before: string | null;
}
declare function cleanUp(clickhouse: ClickHouse, options: CleanUpOptions): Promise<CleanedUp>;
interface Retention {
    readonly days: number | null;
    readonly maxRuns?: number | null | undefined;
}
declare function applyRetention(clickhouse: ClickHouse, { days, maxRuns }: Retention): Promise<{
    readonly ttl: TtlChange | null;
    readonly removed: CleanedUp | null;
}>;
declare const LATEST_RUNS_SHOWN = 12;
interface DashboardDocument {
    readonly workflow: string;
    readonly from: Date;
    readonly to: Date;
    readonly stats: RunStats;
    readonly runs: readonly RunSummary[];
    readonly usual: Readonly<Record<string, UsualDurations | null>>;
    readonly groups: readonly TaskGroup[];
    readonly cells: readonly HeatmapCell[];
    readonly shares: readonly PathShare[];
    readonly changes: readonly ChangePoint[];
    readonly failures: readonly FailureCluster[];
    readonly flaky: readonly FlakyTask[];
    readonly reports: Readonly<Record<string, string>>;
    readonly madeAt: Date;
    readonly version: string;
}
interface RunDocument {
    readonly run: RunReport;
    readonly usual: UsualDurations | null;
    readonly history: readonly RunSummary[];
    readonly trends: readonly ResourceTrend[];
    readonly seen: readonly ErrorSeen[];
    readonly timeLeft?: TimeLeft | null | undefined;
    readonly madeAt: Date;
    readonly version: string;
}
interface ErrorSeen {
    readonly type: string;
    readonly message: string;
    readonly runs: number;
    readonly ofRuns: number;
    readonly firstSeen: Date | null;
}
interface RunSections {
    readonly includeMetrics?: boolean | undefined;
    readonly includeTimeline?: boolean | undefined;
    readonly includeErrors?: boolean | undefined;
}
export { AnalyticsError, type AnalyticsErrorCode, type Anomalies, BYTE_ORDER_MARK, type Bottleneck, type BottleneckCause, type BottleneckReason, type Bottlenecks, type Chain, type ChangePoint, type ChangePointsQuestion, type CleanUpOptions, type CleanedUp, type ComparedInTime, type ComparedRun, type ComparedSide, type ComparedTask, type ComparedTaskRun, type Cost, type CostsQuestion, type CriticalPath, type CriticalStep, type CsvColumn, type CsvValue, type DailyDurations, type DailyMetrics, type DashboardDocument, type DatabaseState, type ErrorSeen, type EventsPage, type EventsQuestion, type FailedRunFound, type FailureCluster, type FailureRatesQuestion, type FailureRegression, type FlakyTask, type Frequency, type Group, type HeatmapCell, type KeyMetrics, LATEST_RUNS_SHOWN, type LargestQuestion, type LargestRun, type LargestTask, type Level, type LongerThanUsual, type MemoryPeakOfRun, type NodePerformance, type Parallelism, type PathShare, type PathStep, type PathTask, type Prices, RUN_ROWS, type Range, type Regressions, type RegressionsQuestion, type Resource, type ResourceTrend, type Retention, type RunComparison, type RunCost, type RunCriticalPath, type RunDocument, type RunReport, type RunRow, type RunSections, type RunStats, type Sampling, type SilentSpan, type SlaAttainment, type SlaQuestion, type TaskAnomaly, type TaskGroup, type TaskRegression, type TaskTimes, type Throughput, type ThroughputBucket, type ThroughputQuestion, type TimeLeft, type TrendMetric, USUAL_NEEDS_RUNS, type UsualDurations, type WatchedRange, type WatchedRun, type WhatFailed, type WhatIfRun, type WhatIfRunQuestion, type WhatIfWorkflow, type WhatIfWorkflowQuestion, type WorkflowFailures, anomalies, applyRetention, baseName, bottlenecks, changePoints, cleanUp, compareRuns, comparedInTime, concurrencyOverTime, costs, criticalPath, criticalPathShare, csvColumns, dailyDurations, dailyMetrics, databaseState, eventsSince, failedRuns, failureClusters, failureRates, flakyTasks, generatedPattern, groups, isoTime, keyMetrics, lastStart, longerThanUsual, longestRuns, longestTasks, lostRuns, median, memoryPeaks, nodePerformance, outerIntervals, parallelism, quantile, regressions, requireTask, requireWorkflow, resourceTrends, run, runCost, runCriticalPath, runIfAny, runStats, runs, runsOverLimit, secondsBetween, silentRuns, slaAttainment, spanCount, taskById, taskChains, taskGroups, taskHeatmap, taskHistory, taskRegressions, tasks, throughput, timeLeft, timesUsual, toCsv, usualDurations, whatFailed, whatIf, whatIfWorkflow };
