// Made from the build by scripts/api-report.mjs.
declare namespace attributes_d_exports {
    export { ERROR_TYPE, EVENT_RUN_HEARTBEAT, EVENT_RUN_STARTED, EVENT_TASK_PROGRESS, EVENT_TASK_STARTED, EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE, PROCESS_CONTEXT_SWITCHES, PROCESS_CPU_TIME_SYSTEM, PROCESS_CPU_TIME_USER, PROCESS_DISK_IO_READ, PROCESS_DISK_IO_WRITE, PROCESS_DISK_OPERATIONS_READ, PROCESS_DISK_OPERATIONS_WRITE, PROCESS_MEMORY_DELTA, PROCESS_MEMORY_PEAK, PROCESS_MEMORY_USAGE, PROCESS_NETWORK_IO_RECEIVE, PROCESS_NETWORK_IO_TRANSMIT, SCOPE_NAME, SERVICE_INSTANCE_ID, SERVICE_NAME, SERVICE_VERSION, WORKFLOW_NAME, WORKFLOW_RUN_ID, WORKFLOW_RUN_METADATA, WORKFLOW_RUN_PARENT_ID, WORKFLOW_RUN_REASON, WORKFLOW_RUN_RETRY_OF, WORKFLOW_RUN_STATUS, WORKFLOW_RUN_TAGS, WORKFLOW_RUN_TRIGGER, WORKFLOW_TASK_ATTEMPT, WORKFLOW_TASK_CHILD_CPU_TIME, WORKFLOW_TASK_CONCURRENCY, WORKFLOW_TASK_CPU_SCOPE, WORKFLOW_TASK_CPU_TIME, WORKFLOW_TASK_DEPENDENCIES, WORKFLOW_TASK_ID, WORKFLOW_TASK_METRIC_PREFIX, WORKFLOW_TASK_PROGRESS_DONE, WORKFLOW_TASK_PROGRESS_MESSAGE, WORKFLOW_TASK_PROGRESS_TOTAL, WORKFLOW_TASK_QUEUE_TIME, WORKFLOW_TASK_REASON, WORKFLOW_TASK_STATUS };
}
declare const SCOPE_NAME = "runspan";
declare const WORKFLOW_NAME = "workflow.name";
declare const WORKFLOW_RUN_ID = "workflow.run.id";
declare const WORKFLOW_RUN_STATUS = "workflow.run.status";
declare const WORKFLOW_RUN_PARENT_ID = "workflow.run.parent.id";
declare const WORKFLOW_RUN_RETRY_OF = "workflow.run.retry_of";
declare const WORKFLOW_RUN_TRIGGER = "workflow.run.trigger";
declare const WORKFLOW_RUN_TAGS = "workflow.run.tags";
declare const WORKFLOW_RUN_METADATA = "workflow.run.metadata";
declare const WORKFLOW_TASK_ID = "workflow.task.id";
declare const WORKFLOW_TASK_ATTEMPT = "workflow.task.attempt";
declare const WORKFLOW_TASK_STATUS = "workflow.task.status";
declare const WORKFLOW_TASK_QUEUE_TIME = "workflow.task.queue_time";
declare const WORKFLOW_TASK_DEPENDENCIES = "workflow.task.dependencies";
declare const WORKFLOW_RUN_REASON = "workflow.run.reason";
declare const WORKFLOW_TASK_REASON = "workflow.task.reason";
declare const WORKFLOW_TASK_PROGRESS_DONE = "workflow.task.progress.done";
declare const WORKFLOW_TASK_PROGRESS_TOTAL = "workflow.task.progress.total";
declare const WORKFLOW_TASK_PROGRESS_MESSAGE = "workflow.task.progress.message";
declare const WORKFLOW_TASK_CONCURRENCY = "workflow.task.concurrency";
declare const WORKFLOW_TASK_CPU_TIME = "workflow.task.cpu.time";
declare const WORKFLOW_TASK_CPU_SCOPE = "workflow.task.cpu.scope";
declare const WORKFLOW_TASK_CHILD_CPU_TIME = "workflow.task.child.cpu.time";
declare const WORKFLOW_TASK_METRIC_PREFIX = "workflow.task.metric.";
declare const PROCESS_CPU_TIME_USER = "process.cpu.time.user";
declare const PROCESS_CPU_TIME_SYSTEM = "process.cpu.time.system";
declare const PROCESS_MEMORY_USAGE = "process.memory.usage";
declare const PROCESS_MEMORY_PEAK = "process.memory.peak";
declare const PROCESS_MEMORY_DELTA = "process.memory.delta";
declare const PROCESS_DISK_IO_READ = "process.disk.io.read";
declare const PROCESS_DISK_IO_WRITE = "process.disk.io.write";
declare const PROCESS_DISK_OPERATIONS_READ = "process.disk.operations.read";
declare const PROCESS_DISK_OPERATIONS_WRITE = "process.disk.operations.write";
declare const PROCESS_NETWORK_IO_RECEIVE = "process.network.io.receive";
declare const PROCESS_NETWORK_IO_TRANSMIT = "process.network.io.transmit";
declare const PROCESS_CONTEXT_SWITCHES = "process.context_switches";
declare const ERROR_TYPE = "error.type";
declare const EXCEPTION_TYPE = "exception.type";
declare const EXCEPTION_MESSAGE = "exception.message";
declare const EXCEPTION_STACKTRACE = "exception.stacktrace";
declare const SERVICE_NAME = "service.name";
declare const SERVICE_VERSION = "service.version";
declare const SERVICE_INSTANCE_ID = "service.instance.id";
declare const EVENT_RUN_STARTED = "workflow.run.started";
declare const EVENT_TASK_STARTED = "workflow.task.started";
declare const EVENT_RUN_HEARTBEAT = "workflow.run.heartbeat";
declare const EVENT_TASK_PROGRESS = "workflow.task.progress";
type RunStatus = "pending" | "running" | "lost" | "completed" | "cancelled" | "failed";
type TaskStatus = RunStatus | "skipped";
declare const STATUS_NUMBER: Readonly<Record<TaskStatus, number>>;
declare const STATUSES: readonly TaskStatus[];
declare function isTerminal(status: TaskStatus): boolean;
declare function canRunBecome(from: RunStatus, to: RunStatus): boolean;
declare function canTaskBecome(from: TaskStatus, to: TaskStatus): boolean;
declare const HEARTBEAT_SECONDS = 30;
interface TaskError {
    readonly type: string;
    readonly message: string;
    readonly stack: string | null;
}
interface TaskMetrics {
    readonly cpuPercent: number | null;
    readonly cpuUserSeconds: number | null;
    readonly cpuSystemSeconds: number | null;
    readonly cpuScope: "process" | "thread" | null;
    readonly cpuOwnSeconds: number | null;
    readonly childCpuSeconds: number | null;
    readonly memoryBytes: number | null;
    readonly memoryPeakBytes: number | null;
    readonly memoryDeltaBytes: number | null;
    readonly diskReadBytes: number | null;
    readonly diskWriteBytes: number | null;
    readonly diskReadOps: number | null;
    readonly diskWriteOps: number | null;
    readonly networkSentBytes: number | null;
    readonly networkReceivedBytes: number | null;
    readonly ioScope: "task" | "process" | null;
    readonly contextSwitches: number | null;
    readonly concurrency: number | null;
    readonly custom: Readonly<Record<string, number>>;
}
interface TaskProgress {
    readonly done: number;
    readonly total: number | null;
    readonly message: string | null;
}
interface TaskOf<Time> {
    readonly taskId: string;
    readonly runId: string;
    readonly nodeId: string;
    readonly attempt: number;
    readonly status: TaskStatus;
    readonly startTime: Time | null;
    readonly endTime: Time | null;
    readonly durationSeconds: number | null;
    readonly queueSeconds: number | null;
    readonly dependencies: readonly string[];
    readonly error: TaskError | null;
    readonly reason: string | null;
    readonly progress: TaskProgress | null;
    readonly metrics: TaskMetrics;
}
interface Task extends TaskOf<Date> {
    readonly duration: number | null;
    readonly queueTime: number | null;
}
interface TaskRow extends TaskOf<string> {
    readonly startTime: string;
    readonly queueSeconds: number;
    readonly parentTaskId?: string;
}
interface TaskHistoryFilter<Time> {
    readonly workflow: string;
    readonly nodeId: string;
    readonly from?: Time | undefined;
    readonly to?: Time | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
}
interface TaskPage<Attempt> {
    readonly tasks: readonly Attempt[];
    readonly nextCursor: string | null;
}
type Json = null | boolean | number | string | readonly Json[] | {
    readonly [key: string]: Json;
};
type Metadata = Readonly<Record<string, Json>>;
interface RunOf<Time> {
    readonly runId: string;
    readonly workflow: string;
    readonly status: RunStatus;
    readonly startTime: Time | null;
    readonly endTime: Time | null;
    readonly durationSeconds: number | null;
    readonly traceId: string | null;
    readonly engine: string;
    readonly parentRunId: string | null;
    readonly retryOf: string | null;
    readonly metadata: Metadata;
    readonly tags: readonly string[];
    readonly error: string | null;
}
interface WorkflowRun extends RunOf<Date> {
    readonly workflowId: string;
    readonly duration: number | null;
    readonly trigger: string | null;
    readonly tasks: readonly Task[];
}
interface TaskCounts {
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly cancelled: number;
    readonly running: number;
    readonly retries: number;
    readonly firstFailed: {
        readonly nodeId: string;
        readonly errorType: string;
    } | null;
}
interface RunSummary extends RunOf<string> {
    readonly startTime: string;
    readonly durationSeconds: number;
    readonly traceId: string;
    readonly tasks: TaskCounts;
}
interface RunFilter<Time> {
    readonly workflow?: string | undefined;
    readonly status?: RunStatus | undefined;
    readonly from?: Time | undefined;
    readonly to?: Time | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly metadata?: Metadata | undefined;
    readonly retryOf?: string | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
}
interface RunPage<Run> {
    readonly runs: readonly Run[];
    readonly nextCursor: string | null;
}
interface UsualQuestion<Time> {
    readonly workflow: string;
    readonly startTime: Time;
}
interface UsualDuration {
    readonly runs: number;
    readonly medianSeconds: number;
    readonly p95Seconds: number;
}
type RunEndType = "run.completed" | "run.failed" | "run.cancelled" | "run.lost";
type TaskEndType = "task.completed" | "task.failed" | "task.skipped" | "task.cancelled";
interface Happened {
    readonly id: string;
    readonly time: Date;
    readonly runId: string;
    readonly workflowId: string;
    readonly position?: string;
}
interface OfTask extends Happened {
    readonly taskId: string;
    readonly nodeId: string;
    readonly attempt: number;
}
interface RunStarted extends Happened {
    readonly type: "run.started";
    readonly parentRunId: string | null;
    readonly trigger: string | null;
    readonly tags: readonly string[];
    readonly metadata: Metadata;
}
interface RunEnded extends Happened {
    readonly type: RunEndType;
    readonly duration: number | null;
    readonly error: string | null;
}
interface TaskStarted extends OfTask {
    readonly type: "task.started" | "task.retried";
}
interface TaskEnded extends OfTask {
    readonly type: TaskEndType;
    readonly duration: number | null;
    readonly error: TaskError | null;
    readonly reason: string | null;
}
interface TaskProgressed extends OfTask {
    readonly type: "task.progress";
    readonly done: number;
    readonly total: number | null;
    readonly message: string | null;
}
interface ThresholdExceeded extends OfTask {
    readonly type: "metric.threshold";
    readonly metric: string;
    readonly value: number;
    readonly limit: number;
}
type TrackingEvent = RunStarted | RunEnded | TaskStarted | TaskEnded | TaskProgressed | ThresholdExceeded;
type EventType = TrackingEvent["type"];
type EventPattern = EventType | "run.*" | "task.*" | "metric.*" | "*";
type EventOf<P extends EventPattern> = P extends "*" ? TrackingEvent : P extends `${infer Kind}.*` ? OfType<TrackingEvent, `${Kind}.${string}`> : OfType<TrackingEvent, P>;
type OfType<Event extends TrackingEvent, Type extends string> = Event extends TrackingEvent ? Extract<Event["type"], Type> extends never ? never : Event & {
    readonly type: Extract<Event["type"], Type>;
} : never;
declare const EVENT_TYPES: readonly EventType[];
declare function matchesPattern(type: EventType, pattern: EventPattern): boolean;
declare function ioScopeOf({ concurrency, cpuScope }: Pick<TaskMetrics, "concurrency" | "cpuScope">): TaskMetrics["ioScope"];
declare const NO_METRICS: TaskMetrics;
declare function nearestWord(word: string, allowed: readonly string[]): string | null;
type TimeValue = Date | string | number;
type Given<Options> = {
    readonly [Name in keyof Options]: Date extends Options[Name] ? Options[Name] | TimeValue : Options[Name];
};
type Kind$1 = "text" | "number" | "flag" | "list" | "object" | "function" | "time" | "any";
type OptionKinds<Options> = {
    readonly [Name in keyof Options]-?: Kind$1 | OptionTable;
};
interface OptionTable {
    readonly [name: string]: Kind$1 | OptionTable;
}
interface OptionRules {
    readonly of: string;
    readonly refuse: (message: string) => Error;
    readonly required?: readonly string[];
    readonly notes?: Readonly<Record<string, string>>;
}
declare function readOptions<Options extends object>(given: Given<Options> | undefined, kinds: OptionKinds<Options>, rules: OptionRules): Options;
declare function checkNames(given: unknown, kinds: OptionTable, rules: OptionRules): void;
declare function toDate(value: unknown): Date | null;
declare function replaceHidden(text: string, replace: (hidden: string) => string): string;
declare function visible(text: string): string;
declare function visibleLines(text: string): string;
declare function visibleJson(json: string): string;
export { EVENT_TYPES, type EventOf, type EventPattern, type EventType, type Given, HEARTBEAT_SECONDS, type Json, type Metadata, NO_METRICS, type OptionKinds, type OptionRules, type RunEndType, type RunEnded, type RunFilter, type RunOf, type RunPage, type RunStarted, type RunStatus, type RunSummary, STATUSES, STATUS_NUMBER, type Task, type TaskCounts, type TaskEndType, type TaskEnded, type TaskError, type TaskHistoryFilter, type TaskMetrics, type TaskOf, type TaskPage, type TaskProgress, type TaskProgressed, type TaskRow, type TaskStarted, type TaskStatus, type ThresholdExceeded, type TimeValue, type TrackingEvent, type UsualDuration, type UsualQuestion, type WorkflowRun, attributes_d_exports as attributes, canRunBecome, canTaskBecome, checkNames, ioScopeOf, isTerminal, matchesPattern, nearestWord, readOptions, replaceHidden, toDate, visible, visibleJson, visibleLines };
