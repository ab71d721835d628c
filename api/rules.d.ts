// Made from the build by scripts/api-report.mjs.
declare function attribute(name: string): string;
declare function secondsAsNanoseconds(name: string): string;
interface Rule {
    readonly engine: string;
    readonly about: string;
    readonly installation?: string;
    readonly task: TaskRule;
    readonly run: RunRule;
}
type TaskRule = TaskOutcome & ({
    readonly runIsTold: "by the span";
    readonly runKey: string;
    readonly workflow: string;
} | {
    readonly runIsTold: "by the parent";
});
interface TaskOutcome {
    readonly when: string;
    readonly nodeId: string;
    readonly taskId?: string;
    readonly attempt?: string;
    readonly status: string;
    readonly queueNs?: string;
    readonly dependencies?: string;
    readonly errorType?: string;
    readonly errorMessage?: string;
    readonly measured?: boolean;
}
interface RunRule {
    readonly when: string;
    readonly runKey: string;
    readonly shownKey?: string;
    readonly workflow: string;
    readonly status: string;
    readonly own?: boolean;
    readonly start?: string;
    readonly end?: string;
    readonly error?: string;
    readonly parentRunId?: string;
    readonly retryOf?: string;
    readonly trigger?: string;
    readonly tags?: string;
    readonly metadata?: string;
}
declare const RULES: readonly Rule[];
declare const SAMPLE_WEIGHT: string;
export { RULES, type Rule, type RunRule, SAMPLE_WEIGHT, type TaskOutcome, type TaskRule, attribute, secondsAsNanoseconds };
