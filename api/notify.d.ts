// Made from the build by scripts/api-report.mjs.
import { ClickHouse } from "@runspan/clickhouse";
import { EventPattern, TrackingEvent } from "@runspan/model";
import { LookupFunction } from "node:net";
import { EventHandler } from "@runspan/tracking";
interface SendResult {
    readonly ok: boolean;
    readonly detail: string;
}
interface Duration {
    readonly type: "duration";
    readonly limitSeconds: number;
}
interface FailedRun {
    readonly type: "failedRun";
}
interface FailureRate {
    readonly type: "failureRate";
    readonly above: number;
    readonly windowSeconds?: number | undefined;
    readonly minimumRuns?: number | undefined;
}
interface LongerThanUsual {
    readonly type: "longerThanUsual";
}
interface LostRun {
    readonly type: "lostRun";
}
interface MemoryPeak {
    readonly type: "memoryPeak";
    readonly aboveBytes: number;
}
interface NoRun {
    readonly type: "noRun";
    readonly everySeconds: number;
    readonly graceSeconds?: number | undefined;
}
interface TaskRegression {
    readonly type: "taskRegression";
    readonly windowSeconds?: number | undefined;
    readonly baselineSeconds?: number | undefined;
    readonly minimumChange?: number | undefined;
}
type Condition = Duration | FailedRun | FailureRate | LongerThanUsual | LostRun | MemoryPeak | NoRun | TaskRegression;
type ConditionType = Condition["type"];
interface AlertRule {
    readonly name: string;
    readonly workflow?: string | undefined;
    readonly condition: Condition;
    readonly targets: readonly string[];
    readonly severity?: "info" | "warning" | "critical" | undefined;
    readonly cooldownSeconds?: number | undefined;
}
interface Notice {
    readonly id: string;
    readonly type: "alert.fired" | "alert.resolved" | "alert.test";
    readonly time: string;
    readonly rule: string;
    readonly severity: "info" | "warning" | "critical";
    readonly condition: string;
    readonly workflow: string | null;
    readonly runId: string | null;
    readonly nodeId: string | null;
    readonly message: string;
    readonly about: string;
    readonly words: string;
    readonly detail: string | null;
    readonly value: number | null;
    readonly limit: number | null;
    readonly firedAt: string;
}
interface WebhookAlertTarget {
    readonly type: "webhook";
    readonly url: string;
    readonly format?: "json" | "slack" | undefined;
    readonly secret?: string | readonly string[] | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly timeoutSeconds?: number | undefined;
    readonly allowPrivate?: boolean | undefined;
}
interface CommandTarget {
    readonly type: "command";
    readonly command: readonly string[];
    readonly timeoutSeconds?: number | undefined;
}
interface LogTarget {
    readonly type: "log";
}
type AlertTarget = WebhookAlertTarget | CommandTarget | LogTarget;
type AlertTargets = Readonly<Record<string, AlertTarget>>;
type Sent = SendResult & {
    readonly target: string;
    readonly rule: string;
};
type Ask = <T>(question: (clickhouse: ClickHouse) => Promise<T>) => Promise<T>;
interface AlertOptions {
    readonly ask: Ask;
    readonly rules: readonly AlertRule[];
    readonly targets: AlertTargets;
    readonly dataDir: string;
    readonly lookbackSeconds?: number | undefined;
}
interface Firing {
    readonly rule: string;
    readonly severity: "info" | "warning" | "critical";
    readonly workflow: string;
    readonly runId: string | null;
    readonly nodeId: string | null;
    readonly message: string;
    readonly firedAt: string;
}
interface Evaluation {
    readonly firing: readonly Firing[];
    readonly fired: readonly Notice[];
    readonly recovered: readonly Notice[];
    readonly sent: readonly Sent[];
    readonly problems: readonly {
        readonly rule: string;
        readonly message: string;
    }[];
}
declare class AlertEvaluator {
    #private;
    constructor(options: AlertOptions);
    evaluate(now?: Date): Promise<Evaluation>;
    test(ruleName: string, now?: Date): Promise<(SendResult & {
        readonly target: string;
    })[]>;
    close(seconds?: number): Promise<void>;
}
interface WebhookTargetOptions {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly secret?: string | readonly string[] | undefined;
    readonly format?: "json" | "slack" | undefined;
    readonly timeoutSeconds?: number | undefined;
    readonly concurrency?: number | undefined;
    readonly allowPrivate?: boolean | undefined;
    readonly maxAttempts?: number | undefined;
    readonly retrySeconds?: number | undefined;
    readonly longestRetrySeconds?: number | undefined;
}
interface AlertConfiguration {
    readonly rules: readonly AlertRule[];
    readonly targets: AlertTargets;
}
interface ParseOptions {
    readonly environment?: NodeJS.ProcessEnv | undefined;
    readonly locate?: ((path: readonly PropertyKey[]) => string | null) | undefined;
}
declare function parseAlerts(value: unknown, where: string, { environment, locate }?: ParseOptions): AlertConfiguration;
type NotifyErrorCode = "INVALID_WEBHOOK" | "ADDRESS_REFUSED" | "NO_DIRECTORY" | "DIRECTORY_NOT_WRITABLE" | "DELIVERY_NOT_FOUND" | "INVALID_ALERT" | "RULE_NOT_FOUND" | "ENVIRONMENT_MISSING" | "EVALUATION_BUSY" | "NOT_SENT";
declare class NotifyError extends Error {
    override readonly name: string;
    readonly code: NotifyErrorCode;
    constructor(code: NotifyErrorCode, message: string, cause?: unknown);
}
interface Notifying {
    stop(): Promise<void>;
}
declare function startNotifying({ everySeconds, ...options }: AlertOptions & {
    readonly everySeconds?: number | undefined;
}): Notifying;
interface DeliveryInfo {
    readonly id: string;
    readonly state: "pending" | "dead";
    readonly type: string;
    readonly target: string;
    readonly enqueuedAt: string;
    readonly attempts: number;
    readonly nextAttemptAt: string | null;
    readonly reason: string | null;
    readonly answer: string | null;
}
declare function listDeliveries(dataDir: string): DeliveryInfo[];
declare function replayDeliveries(dataDir: string, ids: readonly string[] | "all"): number;
declare function removeDeliveries(dataDir: string, ids: readonly string[] | "all"): number;
declare class StoredDeliveries {
    private readonly dataDir;
    private readonly workers;
    private timer;
    constructor(dataDir: string);
    start(): void;
    flush(seconds: number): Promise<boolean>;
    stop(): void;
    private updateWorkers;
    private startWorker;
}
interface QueueLimits {
    readonly maxDeliveries?: number | undefined;
    readonly maxBytes?: number | undefined;
}
interface WorkerOptions {
    readonly resolve?: LookupFunction | undefined;
    readonly pauseSeconds?: number | undefined;
}
interface WebhookOptions extends WebhookTargetOptions, QueueLimits {
    readonly events?: readonly EventPattern[] | undefined;
    readonly dataDir?: string | undefined;
}
declare class WebhookHandler implements EventHandler {
    #private;
    readonly events: readonly EventPattern[] | undefined;
    constructor(options: WebhookOptions, worker?: WorkerOptions);
    attach({ dataDir }: {
        readonly dataDir: string;
    }): void;
    handle(event: TrackingEvent): void;
    close(): Promise<void>;
}
export { type AlertConfiguration, AlertEvaluator, type AlertOptions, type AlertRule, type AlertTarget, type AlertTargets, type Ask, type Condition, type ConditionType, type DeliveryInfo, type Evaluation, type Firing, type Notice, NotifyError, type NotifyErrorCode, type Notifying, type SendResult, StoredDeliveries, WebhookHandler, type WebhookOptions, listDeliveries, parseAlerts, removeDeliveries, replayDeliveries, startNotifying };
