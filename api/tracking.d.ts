// Made from the build by scripts/api-report.mjs.
import { AttributeValue, Attributes, Context, TracerProvider } from "@opentelemetry/api";
import { EventOf, EventPattern, RunFilter as RunFilter$1, RunPage as RunPage$1, RunStatus, Task, TaskHistoryFilter as TaskHistoryFilter$1, TaskMetrics, TaskPage as TaskPage$1, TaskProgress, TaskStatus, TimeValue, TrackingEvent, UsualDuration, UsualQuestion, WorkflowRun } from "@runspan/model";
import { LoggerProvider } from "@opentelemetry/api-logs";
type Loss = "attribute-refused" | "carrier-without-trace" | "custom-metric-refused" | "error-not-described" | "event-dropped" | "event-handler-threw" | "in-memory-run-forgotten" | "in-memory-task-forgotten" | "input-repaired" | "measurement-off" | "sdk-threw" | "set-after-end" | "task-outside-run";
declare function lossCounts(): Readonly<Partial<Record<Loss, number>>>;
interface RunCarrier {
    readonly runId: string;
    readonly workflow: string;
    readonly traceparent?: string;
    readonly tracestate?: string;
}
interface EventHandler {
    readonly events?: readonly EventPattern[] | undefined;
    handle(event: TrackingEvent): void | PromiseLike<void>;
    close?(): void | PromiseLike<void>;
}
interface RunOptions {
    readonly runId?: string | undefined;
    readonly metadata?: unknown;
    readonly tags?: readonly string[] | undefined;
    readonly parentRunId?: string | undefined;
    readonly retryOf?: string | undefined;
    readonly trigger?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly attributes?: Attributes | undefined;
    readonly parent?: Context | undefined;
}
interface TaskOptions {
    readonly attempt?: number | undefined;
    readonly dependencies?: readonly string[] | undefined;
    readonly readyAt?: TimeValue | undefined;
    readonly queuedAt?: TimeValue | undefined;
    readonly queueSeconds?: number | undefined;
    readonly attributes?: Attributes | undefined;
}
interface StartTaskOptions extends TaskOptions {
    readonly start?: boolean | undefined;
}
interface TaskParent {
    withTask<T>(nodeId: string, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>;
    withTask<T>(nodeId: string, options: TaskOptions | undefined, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>;
    startTask(nodeId: string, options?: StartTaskOptions): TaskHandle;
    skipTask(nodeId: string, reason: string, options?: TaskOptions): TaskHandle;
}
interface RunHandle extends TaskParent {
    readonly runId: string;
    readonly workflowId: string;
    readonly traceId: string | null;
    readonly status: RunStatus;
    readonly signal: AbortSignal | undefined;
    readonly context: Context;
    complete(): void;
    fail(error: unknown): void;
    cancel(reason?: unknown): void;
    setMetadata(metadata: Readonly<Record<string, unknown>>): void;
    addTags(...tags: readonly string[]): void;
    carrier(): RunCarrier;
}
interface TaskHandle extends TaskParent {
    readonly taskId: string;
    readonly runId: string;
    readonly nodeId: string;
    readonly attempt: number;
    readonly status: TaskStatus;
    readonly context: Context;
    begin(): void;
    complete(): void;
    fail(error: unknown): void;
    cancel(reason?: unknown): void;
    skip(reason: string): void;
    progress(done: number, total?: number, message?: string): void;
    setMetric(name: string, value: number): void;
    setAttribute(key: string, value: AttributeValue): void;
}
type MetricGroup = "cpu" | "memory" | "disk_io" | "network_io";
type RunFilter = RunFilter$1<TimeValue>;
type RunPage = RunPage$1<WorkflowRun>;
type TaskHistoryFilter = TaskHistoryFilter$1<TimeValue>;
type TaskPage = TaskPage$1<Task>;
interface EventPage {
    readonly events: readonly TrackingEvent[];
    readonly position: string;
    readonly more: boolean;
}
interface RunReader {
    getRun(runId: string): Promise<WorkflowRun | null>;
    getTasks(runId: string): Promise<readonly Task[]>;
    getTask(taskId: string): Promise<Task | null>;
    listRuns(filter: Checked<RunFilter>): Promise<RunPage>;
    listTasks(filter: Checked<TaskHistoryFilter>): Promise<TaskPage>;
    eventsSince?(position: string | undefined): Promise<EventPage>;
    usualDurations?(runs: readonly UsualQuestion<Date>[]): Promise<readonly (UsualDuration | null)[]>;
}
type Checked<Filter> = Omit<Filter, "from" | "to" | "limit"> & {
    readonly from?: Date | undefined;
    readonly to?: Date | undefined;
    readonly limit: number;
};
interface TaskManagerOptions {
    readonly reader?: RunReader | undefined;
    readonly collectMetrics?: boolean | undefined;
    readonly metrics?: readonly MetricGroup[] | undefined;
    readonly attributeCpu?: boolean | undefined;
    readonly thresholds?: Readonly<Record<string, number>> | undefined;
    readonly tracerProvider?: TracerProvider | undefined;
    readonly loggerProvider?: LoggerProvider | undefined;
}
declare class TaskManager {
    #private;
    constructor(given?: TaskManagerOptions);
    withRun<T>(workflowName: string, body: (run: RunHandle) => T | PromiseLike<T>): Promise<T>;
    withRun<T>(workflowName: string, options: RunOptions | undefined, body: (run: RunHandle) => T | PromiseLike<T>): Promise<T>;
    startRun(workflowName: string, options?: RunOptions): RunHandle;
    withTask<T>(nodeId: string, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>;
    withTask<T>(nodeId: string, options: TaskOptions | undefined, body: (task: TaskHandle) => T | PromiseLike<T>): Promise<T>;
    activeRun(): RunHandle | undefined;
    continueRun(carrier: RunCarrier): RunHandle;
    cancelRun(runId: string, reason?: unknown): boolean;
    openRuns(): readonly WorkflowRun[];
    addHandler(handler: EventHandler): () => void;
    flushTo(handler: EventHandler): void;
    close(): Promise<void>;
    getRun(runId: string): Promise<WorkflowRun | null>;
    getTasks(runId: string): Promise<readonly Task[]>;
    getTask(taskId: string): Promise<Task | null>;
    listRuns(filter?: RunFilter): Promise<RunPage>;
    getTaskHistory(filter: TaskHistoryFilter): Promise<TaskPage>;
    eventsSince(position?: string): Promise<EventPage>;
    getUsualDurations(runs: readonly UsualQuestion<Date>[]): Promise<readonly (UsualDuration | null)[]>;
}
interface EventStreamOptions {
    readonly follow?: "process" | "store" | undefined;
    readonly position?: string | undefined;
    readonly pollSeconds?: number | undefined;
    readonly most?: number | undefined;
}
type StreamErrorHandler = (error: unknown, isFinal: boolean) => void;
declare class EventStream implements AsyncIterable<TrackingEvent> {
    #private;
    position: string | undefined;
    dropped: number;
    constructor(taskManager: TaskManager, given?: EventStreamOptions);
    on<P extends EventPattern>(pattern: P, handler: (event: EventOf<P>) => void | PromiseLike<void>): () => void;
    once<P extends EventPattern>(pattern: P, handler: (event: EventOf<P>) => void | PromiseLike<void>): () => void;
    onError(handler: StreamErrorHandler): () => void;
    start(): this;
    flush(): void;
    stop(): Promise<void>;
    [Symbol.asyncIterator](): AsyncIterator<TrackingEvent>;
}
interface LiveMonitorOptions extends Pick<EventStreamOptions, "follow" | "pollSeconds"> {
    readonly everySeconds?: number | undefined;
}
interface LiveTask {
    readonly taskId: string;
    readonly nodeId: string;
    readonly attempt: number;
    readonly runningSeconds: number;
    readonly progress: TaskProgress | null;
}
interface LiveRun {
    readonly runId: string;
    readonly workflowId: string;
    readonly startTime: Date;
    readonly runningSeconds: number;
    readonly completedTasks: number;
    readonly failedTasks: number;
    readonly tasks: readonly LiveTask[];
    readonly estimatedSecondsLeft: number | null;
    readonly longerThanUsual: boolean | null;
}
interface LiveStats {
    readonly time: Date;
    readonly activeRuns: number;
    readonly completedRuns: number;
    readonly failedRuns: number;
    readonly cancelledRuns: number;
    readonly activeTasks: number;
    readonly completedTasks: number;
    readonly failedTasks: number;
    readonly skippedTasks: number;
    readonly cancelledTasks: number;
    readonly failureRate: number | null;
    readonly tasksPerSecond: number;
    readonly runsPerSecond: number;
    readonly oldestTask: (LiveTask & {
        readonly runId: string;
    }) | null;
    readonly estimatedSecondsLeft: number | null;
    readonly runs: readonly LiveRun[];
}
declare class LiveMonitor implements AsyncIterable<LiveStats> {
    #private;
    constructor(taskManager: TaskManager, options?: LiveMonitorOptions);
    start(): Promise<this>;
    stop(): Promise<void>;
    getStats(): LiveStats;
    [Symbol.asyncIterator](): AsyncGenerator<LiveStats>;
}
declare class CpuShare {
    cpuMilliseconds: number;
    pendingMilliseconds: number;
}
interface PerformanceMetrics extends TaskMetrics {
    readonly nodeId: string;
    readonly startTime: Date;
    readonly endTime: Date;
    readonly duration: number;
    readonly memoryMb: number | null;
}
declare class Measurement implements Disposable {
    #private;
    readonly nodeId: string;
    constructor(nodeId: string, share: CpuShare | null);
    setMetric(name: string, value: number): void;
    stop(): void;
    [Symbol.dispose](): void;
    result(): PerformanceMetrics;
}
declare class MetricsCollector {
    collect(nodeId: string, body: (measurement: Measurement) => unknown): Promise<PerformanceMetrics>;
    start(nodeId: string): Measurement;
}
interface ProcessEnding {
    readonly error?: unknown;
    readonly reason: string;
    readonly failed: boolean;
}
type TrackingErrorCode = "ILLEGAL_TRANSITION" | "INVALID_NAME" | "INVALID_CARRIER" | "INVALID_FILTER" | "INVALID_OPTIONS" | "NO_ACTIVE_RUN" | "NOT_TOLD_BY_STORE";
declare class TrackingError extends Error {
    override readonly name: string;
    readonly code: TrackingErrorCode;
    constructor(code: TrackingErrorCode, message: string, options?: ErrorOptions);
}
export { type Checked, type EventHandler, type EventPage, EventStream, type EventStreamOptions, LiveMonitor, type LiveMonitorOptions, type LiveRun, type LiveStats, type Loss, type Measurement, type MetricGroup, MetricsCollector, type PerformanceMetrics, type ProcessEnding, type RunCarrier, type RunFilter, type RunHandle, type RunOptions, type RunPage, type RunReader, type StartTaskOptions, type StreamErrorHandler, type TaskHandle, type TaskHistoryFilter, TaskManager, type TaskManagerOptions, type TaskOptions, type TaskPage, type TaskParent, TrackingError, type TrackingErrorCode, lossCounts };
