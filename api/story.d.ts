// Made from the build by scripts/api-report.mjs.
import { TaskStatus, visible } from "@runspan/model";
import { Chain, ChangePoint, ComparedInTime, DashboardDocument, ErrorSeen, Parallelism, RunDocument, RunReport, RunSummary, Sampling, TaskRow } from "@runspan/analytics";
interface RunStory {
    readonly document: RunDocument;
    readonly run: RunReport;
    readonly chains: readonly Chain[];
    readonly path: readonly PathPiece[];
    readonly waitSeconds: number;
    readonly parallelism: Parallelism;
    readonly cpuSeconds: number | null;
    readonly isOver: boolean;
}
interface PathPiece {
    readonly chain: Chain | null;
    readonly failed: boolean;
    readonly from: number;
    readonly start: number;
    readonly end: number;
}
declare function runStory(document: RunDocument): RunStory;
type Measured = RunReport["taskList"][number]["metrics"];
declare function cpuOf({ cpuOwnSeconds, cpuUserSeconds, cpuSystemSeconds, concurrency }: Measured): number | null;
interface Comparison {
    readonly runs: readonly ComparedRun[];
    readonly parts: readonly ComparedPart[];
    readonly compared: ComparedInTime | null;
    readonly differenceSeconds: number | null;
    readonly madeAt: Date;
    readonly version: string;
}
interface ComparedRun {
    readonly letter: string;
    readonly story: RunStory;
}
interface ComparedPart {
    readonly name: string | null;
    readonly tasks: number;
    readonly pathSeconds: readonly number[];
    readonly waitSeconds: readonly number[];
    readonly medians: readonly (number | null)[];
    readonly differenceSeconds: number;
}
declare function comparison(documents: readonly RunDocument[]): Comparison;
interface ComparedFigure {
    readonly label: string;
    readonly short: string;
    readonly values: readonly (number | null)[];
    readonly format: (value: number | null) => string;
    readonly moreIsWorse: boolean;
}
declare function comparedFigures({ runs }: Comparison): ComparedFigure[];
declare const SAME = .02;
type Piece = string | {
    readonly code: string;
} | {
    readonly strong: Prose;
} | {
    readonly link: string;
    readonly text: string;
};
type Prose = readonly Piece[];
declare function names(list: readonly string[], most?: number): Prose;
declare function plain(prose: Prose): string;
interface Fact {
    readonly label: string;
    readonly prose: Prose;
}
declare function comparisonTitle(data: Comparison): string;
declare function comparisonFacts(data: Comparison): Fact[];
declare function mediansOf({ medians }: ComparedPart, compared: ComparedInTime): readonly [
    first: number | null,
    last: number | null
];
declare function pathReason(part: ComparedPart, { compared, runs }: Comparison): string | null;
interface ErrorKind {
    readonly type: string;
    readonly message: string;
    readonly attempts: readonly TaskRow[];
    readonly nodes: readonly string[];
    readonly recovered: boolean;
    readonly first: number;
    readonly last: number;
    readonly stack: string | null;
    readonly seen: ErrorSeen | null;
}
declare function errorKinds({ run, chains, document: { seen } }: RunStory): ErrorKind[];
interface PathRow {
    readonly name: string;
    readonly isTask: boolean;
    readonly waitSeconds: number;
    readonly ranSeconds: number;
    readonly failed: boolean;
    readonly share: number;
}
declare function pathRows({ run, path, isOver }: RunStory): PathRow[];
interface Figure {
    readonly label: string;
    readonly value: string;
    readonly note: string;
}
declare function runFigures(story: RunStory): Figure[];
declare function runTitle({ run, document: { usual, timeLeft } }: RunStory): string;
declare function runFacts(story: RunStory): Fact[];
interface StackLine {
    readonly kind: "message" | "own" | "folded";
    readonly text: string;
}
declare function stackLines(stack: string, ours?: string | null): {
    readonly lines: StackLine[];
    readonly own: number;
    readonly frames: number;
};
declare function engineName(rule: string): string;
declare function counted(number: number, noun: string): string;
declare function shortName(name: string, characters: number): string;
declare function shortText(text: string, characters: number): string;
declare function shortRunId(runId: string): string;
declare const UNKNOWN = "–";
declare function duration(seconds: number | null): string;
declare function signedDuration(seconds: number): string;
declare function afterStart(seconds: number): string;
declare function percent(ratio: number | null): string;
declare function wholePercent(ratio: number | null): string;
declare function difference(ratio: number, noise?: number): string | null;
declare function count(value: number): string;
declare function bytes(value: number | null): string;
declare function decimal(value: number): string;
declare const GLYPHS: Readonly<Record<TaskStatus, string>>;
declare const BY_URGENCY: readonly TaskStatus[];
declare function timestamp(date: Date): string;
declare function minute(date: Date): string;
declare function day(date: Date): string;
interface Regime {
    readonly first: number;
    readonly last: number;
    readonly medianSeconds: number;
    readonly label: string;
    readonly strong: boolean;
}
declare function regimes(runs: readonly RunSummary[], changes: readonly ChangePoint[]): Regime[];
declare function samplingWords(sampling: Sampling | undefined): string | null;
interface Typical {
    readonly runs: number;
    readonly median: number | null;
    readonly p95: number | null;
    readonly longest: number | null;
}
declare function typical(runs: readonly RunSummary[]): Typical;
declare function workflowFigures(document: DashboardDocument): Figure[];
interface WorkflowVerdict {
    readonly kind: "failed" | "lost" | "slower" | "flaky" | "completed" | "pending";
    readonly glyph: string;
    readonly title: string;
}
declare function workflowVerdict(document: DashboardDocument): WorkflowVerdict;
declare function latestRuns(list: RunList): string;
type RunList = Pick<DashboardDocument, "runs" | "stats">;
declare function workflowFacts(document: DashboardDocument): Fact[];
export { BY_URGENCY, type ComparedPart, type Comparison, type ErrorKind, type Fact, type Figure, GLYPHS, type PathPiece, type PathRow, type Piece, type Prose, type Regime, type RunStory, SAME, UNKNOWN, afterStart, bytes, comparedFigures, comparison, comparisonFacts, comparisonTitle, count, counted, cpuOf, day, decimal, difference, duration, engineName, errorKinds, latestRuns, mediansOf, minute, names, pathReason, pathRows, percent, plain, regimes, runFacts, runFigures, runStory, runTitle, samplingWords, shortName, shortRunId, shortText, signedDuration, stackLines, timestamp, typical, visible, wholePercent, workflowFacts, workflowFigures, workflowVerdict };
