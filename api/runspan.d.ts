// Made from the build by scripts/api-report.mjs.
import { AnalyticsError, Anomalies, Anomalies as Anomalies$1, Bottleneck, BottleneckCause, BottleneckReason, Bottlenecks, Bottlenecks as Bottlenecks$1, ChangePoint, ChangePoint as ChangePoint$1, ChangePointsQuestion, ChangePointsQuestion as ChangePointsQuestion$1, CleanUpOptions, CleanUpOptions as CleanUpOptions$1, CleanedUp, CleanedUp as CleanedUp$1, ComparedRun, ComparedSide, ComparedSide as ComparedSide$1, ComparedTask, ComparedTaskRun, Cost, Cost as Cost$1, CostsQuestion, CostsQuestion as CostsQuestion$1, CriticalStep, DailyMetrics, DailyMetrics as DailyMetrics$1, FailureCluster, FailureCluster as FailureCluster$1, FailureRegression, FlakyTask, FlakyTask as FlakyTask$1, Frequency, KeyMetrics, KeyMetrics as KeyMetrics$1, LargestQuestion, LargestQuestion as LargestQuestion$1, LargestRun, LargestRun as LargestRun$1, LargestTask, LargestTask as LargestTask$1, Level, LongerThanUsual, NodePerformance, NodePerformance as NodePerformance$1, Prices, Prices as Prices$1, Range, Range as Range$1, Regressions, Regressions as Regressions$1, RegressionsQuestion, RegressionsQuestion as RegressionsQuestion$1, Resource, ResourceTrend, ResourceTrend as ResourceTrend$1, RunComparison, RunComparison as RunComparison$1, RunCost, RunCost as RunCost$1, RunCriticalPath, RunCriticalPath as RunCriticalPath$1, RunStats, RunStats as RunStats$1, SlaAttainment, SlaAttainment as SlaAttainment$1, SlaQuestion, SlaQuestion as SlaQuestion$1, TaskAnomaly, TaskRegression, TaskTimes, Throughput, Throughput as Throughput$1, ThroughputBucket, ThroughputQuestion, ThroughputQuestion as ThroughputQuestion$1, TimeLeft, TimeLeft as TimeLeft$1, TrendMetric, TrendMetric as TrendMetric$1, WhatIfRun, WhatIfRun as WhatIfRun$1, WhatIfRunQuestion, WhatIfRunQuestion as WhatIfRunQuestion$1, WhatIfWorkflow, WhatIfWorkflow as WhatIfWorkflow$1, WhatIfWorkflowQuestion, WhatIfWorkflowQuestion as WhatIfWorkflowQuestion$1 } from "@runspan/analytics";
import { ClickHouse, ClickHouseError } from "@runspan/clickhouse";
import { EmbeddedError } from "@runspan/embedded";
import { ConfigurationError, MetricGroup, TrackingConfig, TrackingConfig as TrackingConfig$1, TrackingOptions } from "@runspan/configuration";
import { AlertEvaluator, AlertOptions, AlertRule, AlertTarget, AlertTargets, Condition, Evaluation, Firing, Notice, NotifyError, NotifyErrorCode, WebhookHandler, WebhookOptions } from "@runspan/notify";
import { EventHandler, EventHandler as EventHandler$1, EventPage, EventStream, EventStreamOptions, LiveMonitor, LiveMonitorOptions, LiveRun, LiveStats, Measurement, MetricsCollector as MetricsCollector$1, PerformanceMetrics, RunCarrier, RunFilter, RunHandle, RunOptions, RunPage, RunReader, StartTaskOptions, StreamErrorHandler, TaskHandle, TaskHistoryFilter, TaskManager as TaskManager$1, TaskOptions, TaskPage, TrackingError } from "@runspan/tracking";
import { EventOf, EventPattern, EventType, Given, Metadata, RunStatus, Task, TaskError, TaskMetrics, TaskStatus, TrackingEvent, WorkflowRun } from "@runspan/model";
import { InstrumentationOptions } from "@runspan/instrumentation";
import { RunSections } from "@runspan/report";
export * from "@runspan/workflow";
interface TaskManagerOptions {
    readonly config?: TrackingConfig$1 | undefined;
    readonly dataDir?: string | undefined;
    readonly clickhouse?: string | undefined;
    readonly collectMetrics?: boolean | undefined;
    readonly thresholds?: Readonly<Record<string, number>> | undefined;
    readonly otlp?: InstrumentationOptions["otlp"];
    readonly spanProcessors?: InstrumentationOptions["spanProcessors"];
}
declare class TaskManager extends TaskManager$1 {
    #private;
    constructor(given?: TaskManagerOptions);
    override addHandler(handler: EventHandler$1 & {
        attach?(place: {
            readonly dataDir: string;
        }): void;
    }): () => void;
    ask<T>(question: (clickhouse: ClickHouse) => Promise<T>): Promise<T>;
    override close(): Promise<void>;
}
declare function cleanupOldData(taskManager: TaskManager, given: Given<CleanUpOptions$1>): Promise<CleanedUp$1>;
type RunspanErrorCode = "WRONG_USE" | "INVALID_OPTIONS" | "NOT_DELIVERED" | "DEMO_DATA_MISSING" | "COMMAND_NOT_STARTED" | "NOT_WRITTEN";
declare class RunspanError extends Error {
    override readonly name: string;
    readonly code: RunspanErrorCode;
    constructor(code: RunspanErrorCode, message: string, cause?: unknown);
}
declare class MetricsCollector extends MetricsCollector$1 {
    constructor();
}
interface SummaryOptions {
    readonly runId: string;
    readonly outputDir: string;
}
interface ComparisonOptions {
    readonly runIds: readonly string[];
    readonly outputPath: string;
}
declare class PerformanceVisualizer {
    #private;
    constructor(taskManager: TaskManager);
    createRunPerformanceSummary(options: SummaryOptions): Promise<string[]>;
    compareRuns(options: ComparisonOptions): Promise<string>;
}
type RangeOfWorkflow = Omit<Range$1, "workflow">;
type ZonedRange = Range$1 & {
    readonly timeZone?: string | undefined;
};
type LimitedRange = Range$1 & {
    readonly limit?: number | undefined;
};
type ZonedLimitedRange = ZonedRange & LimitedRange;
interface TrendsQuestion {
    readonly runId: string;
    readonly metric: TrendMetric$1;
    readonly intervalSeconds?: number;
}
interface AnomaliesQuestion {
    readonly workflow?: string;
    readonly from: Date;
    readonly to: Date;
}
type ReportOptions = {
    readonly runId: string;
} & RunSections;
interface ExportOptions extends Range$1 {
    readonly outputPath: string;
}
interface RegressionsOptions extends Omit<Given<RegressionsQuestion$1>, "baseline" | "candidate"> {
    readonly baseline?: Given<ComparedSide$1> | undefined;
    readonly candidate?: Given<ComparedSide$1> | undefined;
}
declare class ReportGenerator {
    #private;
    constructor(taskManager: TaskManager);
    generateHtmlReport(options: ReportOptions): Promise<string>;
    generateMarkdownReport(options: ReportOptions): Promise<string>;
    exportRunSummary(options: Given<ExportOptions>): Promise<string>;
}
declare class RunAnalyzer {
    #private;
    constructor(taskManager: TaskManager);
    getRunStats(given?: Given<Range$1>): Promise<RunStats$1>;
    getNodePerformance(workflow: string, given?: Given<RangeOfWorkflow>): Promise<Map<string, NodePerformance$1>>;
    getResourceTrends(given: TrendsQuestion): Promise<ResourceTrend$1>;
    getKeyMetrics(runId: string): Promise<KeyMetrics$1>;
    getDailyMetrics(given?: Given<ZonedRange>): Promise<DailyMetrics$1[]>;
    getCriticalPath(runId: string): Promise<RunCriticalPath$1>;
    getWhatIf(question: WhatIfRunQuestion$1): Promise<WhatIfRun$1>;
    getWhatIf(question: Given<WhatIfWorkflowQuestion$1>): Promise<WhatIfWorkflow$1>;
    getBottlenecks(workflow: string, given?: Given<RangeOfWorkflow>): Promise<Bottlenecks$1>;
    getRegressions(given?: RegressionsOptions): Promise<Regressions$1>;
    getAnomalies(given: Given<AnomaliesQuestion>): Promise<Anomalies$1>;
    getChangePoints(given?: Given<ChangePointsQuestion$1>): Promise<ChangePoint$1[]>;
    getFlakyTasks(given?: Given<LimitedRange>): Promise<FlakyTask$1[]>;
    getFailureClusters(given?: Given<ZonedLimitedRange>): Promise<FailureCluster$1[]>;
    getSlaAttainment(given: Given<SlaQuestion$1>): Promise<SlaAttainment$1>;
    getCosts(given?: Given<CostsQuestion$1>): Promise<Cost$1[]>;
    getRunCost(runId: string, prices?: Prices$1): Promise<RunCost$1>;
    getThroughput(given: Given<ThroughputQuestion$1>): Promise<Throughput$1>;
    compareRuns(runIds: readonly string[]): Promise<RunComparison$1>;
    getLongestRuns(given?: Given<LargestQuestion$1>): Promise<LargestRun$1[]>;
    getLongestTasks(given?: Given<LargestQuestion$1>): Promise<LargestTask$1[]>;
    getTimeLeft(runId: string): Promise<TimeLeft$1>;
}
interface DashboardOptions {
    readonly taskManager: TaskManager;
    readonly outputDir: string;
    readonly runId?: string | undefined;
    readonly since?: Date | undefined;
}
declare class WorkflowVisualizer {
    #private;
    constructor(workflow: {
        readonly name: string;
    } | string);
    createPerformanceDashboard(given: Given<DashboardOptions>): Promise<string[]>;
}
export { AlertEvaluator, type AlertOptions, type AlertRule, type AlertTarget, type AlertTargets, AnalyticsError, type Anomalies, type Bottleneck, type BottleneckCause, type BottleneckReason, type Bottlenecks, type ChangePoint, type ChangePointsQuestion, type CleanUpOptions, type CleanedUp, ClickHouseError, type ComparedRun, type ComparedSide, type ComparedTask, type ComparedTaskRun, type Condition, ConfigurationError, type Cost, type CostsQuestion, type CriticalStep, type DailyMetrics, EmbeddedError, type Evaluation, type EventHandler, type EventOf, type EventPage, type EventPattern, EventStream, type EventStreamOptions, type EventType, type FailureCluster, type FailureRegression, type Firing, type FlakyTask, type Frequency, type KeyMetrics, type LargestQuestion, type LargestRun, type LargestTask, type Level, LiveMonitor, type LiveMonitorOptions, type LiveRun, type LiveStats, type LongerThanUsual, type Measurement, type Metadata, type MetricGroup, MetricsCollector, type NodePerformance, type Notice, NotifyError, type NotifyErrorCode, type PerformanceMetrics, PerformanceVisualizer, type Prices, type Range, type Regressions, type RegressionsQuestion, ReportGenerator, type Resource, type ResourceTrend, RunAnalyzer, type RunCarrier, type RunComparison, type RunCost, type RunCriticalPath, type RunFilter, type RunHandle, type RunOptions, type RunPage, type RunReader, type RunStats, type RunStatus, RunspanError, type RunspanErrorCode, type SlaAttainment, type SlaQuestion, type StartTaskOptions, type StreamErrorHandler, type Task, type TaskAnomaly, type TaskError, type TaskHandle, type TaskHistoryFilter, TaskManager, type TaskManagerOptions, type TaskMetrics, type TaskOptions, type TaskPage, type TaskRegression, type TaskStatus, type TaskTimes, type Throughput, type ThroughputBucket, type ThroughputQuestion, type TimeLeft, TrackingConfig, TrackingError, type TrackingEvent, type TrackingOptions, type TrendMetric, WebhookHandler, type WebhookOptions, type WhatIfRun, type WhatIfRunQuestion, type WhatIfWorkflow, type WhatIfWorkflowQuestion, type WorkflowRun, WorkflowVisualizer, cleanupOldData };
