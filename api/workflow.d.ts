// Made from the build by scripts/api-report.mjs.
import { TaskStatus } from "@runspan/model";
import { RunHandle, RunOptions, TaskHandle, TaskManager } from "@runspan/tracking";
interface RetryOptions {
    readonly attempts: number;
    readonly delaySeconds?: number | undefined;
    readonly factor?: number | undefined;
    readonly maxDelaySeconds?: number | undefined;
    readonly jitter?: number | undefined;
}
interface ConditionContext<Inputs, Results> {
    readonly inputs: Inputs;
    readonly results: Results;
}
interface TaskContext<Inputs, Results> extends ConditionContext<Inputs, Results> {
    readonly signal: AbortSignal;
    readonly attempt: number;
    readonly task: TaskHandle;
    readonly run: RunHandle;
}
interface WorkflowTaskOptions<Inputs, Results, After extends string> {
    readonly after?: readonly After[] | undefined;
    readonly retry?: RetryOptions | number | undefined;
    readonly timeoutSeconds?: number | undefined;
    readonly when?: ((context: ConditionContext<Inputs, Results>) => boolean | string | PromiseLike<boolean | string>) | undefined;
    readonly concurrency?: number | undefined;
}
interface TaskDefinition {
    readonly nodeId: string;
    readonly after: readonly string[];
    readonly attempts: number;
    readonly delaySeconds: number;
    readonly factor: number;
    readonly maxDelaySeconds: number;
    readonly jitter: number;
    readonly timeoutSeconds: number;
    readonly concurrency: number;
    readonly when: ((context: ConditionContext<never, never>) => unknown) | undefined;
    readonly body: (context: TaskContext<never, never>) => unknown;
}
declare class StopSwitch {
    #private;
    reason: unknown;
    stopped: boolean;
    stop(reason: unknown): void;
    onStop(listener: () => void): () => void;
    wait(seconds: number): Promise<boolean>;
}
declare class Limit {
    #private;
    constructor(most: number);
    enter(stop: StopSwitch): Promise<boolean>;
    leave(): void;
}
interface WorkflowOptions {
    readonly concurrency?: number | undefined;
}
interface PlainTask<Inputs> extends WorkflowTaskOptions<Inputs, Readonly<Record<string, unknown>>, string> {
    readonly nodeId: string;
    readonly run: (context: TaskContext<Inputs, Readonly<Record<string, unknown>>>) => unknown;
}
declare class Workflow<Inputs = unknown, Results = unknown> {
    #private;
    readonly name: string;
    readonly concurrency: number;
    constructor(name: string, options?: WorkflowOptions);
    addTask<const NodeId extends string, Result>(nodeId: NodeId, body: (context: TaskContext<Inputs, Readonly<Record<never, never>>>) => Result | PromiseLike<Result>): Workflow<Inputs, Results & Readonly<Record<NodeId, Result>>>;
    addTask<const NodeId extends string, Result, const After extends keyof Results & string = never>(nodeId: NodeId, options: WorkflowTaskOptions<Inputs, Readonly<Pick<Results, After>>, After>, body: (context: TaskContext<Inputs, Readonly<Pick<Results, After>>>) => Result | PromiseLike<Result>): Workflow<Inputs, Results & Readonly<Record<NodeId, Result>>>;
    static fromTasks<Inputs = unknown>(name: string, tasks: readonly PlainTask<Inputs>[], options?: WorkflowOptions): Workflow<Inputs, Readonly<Record<string, unknown>>>;
    get tasks(): readonly TaskDefinition[];
    limitOf(task: TaskDefinition): Limit | undefined;
}
type WorkflowErrorCode = "CYCLE" | "DUPLICATE_TASK" | "INVALID_NAME" | "INVALID_OPTION" | "UNKNOWN_DEPENDENCY" | "RUN_NOT_COMPLETED";
declare class WorkflowError extends Error {
    override readonly name: string;
    readonly code: WorkflowErrorCode;
    constructor(code: WorkflowErrorCode, message: string, options?: ErrorOptions);
}
interface TaskSummary {
    readonly status: Extract<TaskStatus, "completed" | "failed" | "cancelled" | "skipped">;
    readonly attempts: number;
    readonly reason: string | null;
    readonly error: unknown;
}
interface WorkflowResult<Results> {
    readonly runId: string;
    readonly status: "completed" | "failed" | "cancelled";
    readonly results: Partial<Results>;
    readonly error: unknown;
    readonly tasks: Readonly<Record<string, TaskSummary>>;
}
interface WorkflowRunnerOptions {
    readonly concurrency?: number | undefined;
    readonly failFast?: boolean | undefined;
    readonly graceSeconds?: number | undefined;
}
type WorkflowRunOptions = Pick<RunOptions, "runId" | "metadata" | "tags" | "trigger" | "signal" | "parentRunId" | "retryOf" | "attributes" | "parent">;
type RunArguments<Inputs> = undefined extends Inputs ? [
    inputs?: Inputs,
    options?: WorkflowRunOptions
] : [
    inputs: Inputs,
    options?: WorkflowRunOptions
];
declare class WorkflowRunner<Inputs, Results> {
    #private;
    constructor(workflow: Workflow<Inputs, Results>, taskManager?: TaskManager, options?: WorkflowRunnerOptions);
    run(...[inputs, options]: RunArguments<Inputs>): Promise<WorkflowResult<Results>>;
    runOrThrow(...args: RunArguments<Inputs>): Promise<WorkflowResult<Results>>;
}
export { type ConditionContext, type PlainTask, type RetryOptions, type RunArguments, type TaskContext, type TaskDefinition, type TaskSummary, Workflow, WorkflowError, type WorkflowErrorCode, type WorkflowOptions, type WorkflowResult, type WorkflowRunOptions, WorkflowRunner, type WorkflowRunnerOptions, type WorkflowTaskOptions };
