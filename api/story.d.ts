// Made from the build by scripts/api-report.mjs.
import { RunStatus, RunSummary, TaskRow, TaskStatus, visible } from "@runspan/model";
import { Chain, ChangePoint, ComparedInTime, DashboardDocument, ErrorSeen, Parallelism, RunDocument, RunReport, Sampling, TaskRegression } from "@runspan/analytics";
interface RunStory extends ToldStory {
    readonly document: RunDocument;
}
type ToldDocument = Pick<RunDocument, "run" | "usual" | "timeLeft">;
interface ToldStory {
    readonly document: ToldDocument;
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
declare function runStory<Document extends ToldDocument>(document: Document): ToldStory & {
    readonly document: Document;
};
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
    readonly run: RunStory["run"];
    readonly story: RunStory;
}
declare function runLetter(index: number): string;
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
} | Amount | {
    readonly strong: Prose;
} | {
    readonly link: string;
    readonly text: string;
};
interface Amount {
    readonly amount: string;
    readonly compact: string;
}
type Prose = readonly Piece[];
interface Fact {
    readonly label: string;
    readonly short: string;
    readonly prose: Prose;
}
declare function say(texts: readonly string[], ...values: readonly (Piece | Prose | number | null)[]): Prose;
declare function name(text: string): Piece;
declare function names(list: readonly string[], most?: number): Prose;
declare function time(seconds: number | null): Amount;
declare function size(value: number): Amount;
declare function quantity(value: number): Amount;
declare function plain(prose: Prose): string;
declare function plainText(prose: Prose): string;
declare function compact(prose: Prose): string;
interface ToldRun {
    readonly workflow: string;
    readonly status: RunStatus;
    readonly durationSeconds: number | null;
    readonly endTime: string | null;
}
interface ToldTimeLeft {
    readonly leftSeconds: number | null;
    readonly overdue: boolean;
}
declare function silenceNote(endTime: string): string;
declare function runClause(run: Omit<ToldRun, "workflow">, left?: ToldTimeLeft): Prose;
declare function taskClause(status: TaskStatus, durationSeconds: number | null): Prose;
interface LetteredRun {
    readonly letter: string;
    readonly run: Pick<ToldRun, "status" | "endTime"> & {
        readonly durationSeconds: number;
    };
}
declare function comparisonTitle(runs: readonly LetteredRun[]): Prose;
declare function comparisonFacts(data: Comparison): Fact[];
declare function mediansOf({ medians }: ComparedPart, compared: ComparedInTime): readonly [
    first: number | null,
    last: number | null
];
declare function pathReason(part: ComparedPart, { compared, runs }: Comparison): Prose | null;
declare function onlyOnPathIn(letter: string): Prose;
declare function waitedWords(differenceSeconds: number): Prose;
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
declare function pathRows({ run, path, isOver }: ToldStory): PathRow[];
interface Figure {
    readonly label: string;
    readonly value: string;
    readonly note: string;
}
declare function runFigures(story: RunStory): Figure[];
declare function runTitle(story: ToldStory): Prose;
declare function runHeadline(story: ToldStory): Prose;
declare function runFacts(story: ToldStory): Fact[];
declare const AGAINST_USUAL = "Against usual";
declare function mostUnder(runs: number, p95Seconds: number): Prose;
interface StackLine {
    readonly kind: "message" | "own" | "folded";
    readonly text: string;
}
declare function stackLines(stack: string, ours?: string | null): {
    readonly lines: StackLine[];
    readonly own: number;
    readonly frames: number;
};
declare function behindWords(seconds: number): Prose;
declare function compactChance(p: number): string;
type Measure = (text: string) => number;
declare function beginning(text: string, room: number, measure?: Measure): string;
declare function cutEnd(text: string, room: number, measure?: Measure): string;
declare function cutMiddle(text: string, room: number, measure?: Measure): string;
declare function oneLine(text: string, most: number): string;
declare function cutUnits(text: string, most: number): string;
declare function duration(seconds: number | null): string;
declare function compactDuration(seconds: number | null): string;
declare function signedDuration(seconds: number): string;
declare function compactSignedDuration(seconds: number): string;
declare function afterStart(seconds: number): string;
declare function compactEstimate(seconds: number): string;
declare function minutesAndSeconds(seconds: number): string;
declare function engineName(rule: string): string;
declare function shortId(runId: string, list?: readonly string[]): string;
declare function counted(number: number, noun: string): string;
declare function listed(texts: readonly string[], most?: number): string;
declare function multiple(ratio: number): string;
declare function shortName(name: string, most: number): string;
declare function shortText(text: string, most: number): string;
declare function percent(ratio: number | null): string;
declare function compactPercent(ratio: number | null): string;
declare function wholePercent(ratio: number | null): string;
declare function difference(ratio: number, noise?: number): string | null;
declare function compactDifference(ratio: number, noise?: number): string | null;
declare function compactChange(ratio: number, noise?: number): string;
declare function count(value: number): string;
declare function compactCount(value: number): string;
declare function bytes(value: number | null): string;
declare function compactBytes(value: number | null): string;
declare function decimal(value: number): string;
declare function compactDecimal(value: number): string;
declare function fixed(value: number, decimals: number): string;
declare const UNKNOWN = "–";
declare function ordinarySpaces(text: string): string;
declare const GLYPHS: Readonly<Record<TaskStatus, string>>;
declare const BY_URGENCY: readonly TaskStatus[];
declare function timestamp(date: Date): string;
declare function minute(date: Date): string;
declare function day(date: Date): string;
declare function clockSeconds(date: Date): string;
declare function isoMinute(date: Date): string;
declare function relativeDay(date: Date, now: Date): string;
interface Regime {
    readonly first: number;
    readonly last: number;
    readonly medianSeconds: number;
    readonly label: string;
    readonly strong: boolean;
}
declare function regimes(runs: readonly RunSummary[], changes: readonly ChangePoint[]): Regime[];
declare function regressionWords({ ratio, candidateMedianSeconds, candidateCount, baselineMedianSeconds, baselineCount }: TaskRegression): Prose;
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
    readonly title: Prose;
}
type ToldWorkflow = Pick<DashboardDocument, "stats" | "runs" | "usual" | "changes" | "failures" | "flaky"> & {
    readonly reports?: Readonly<Record<string, string>> | undefined;
};
declare const NO_RUNS = "No runs in this period";
declare function workflowVerdict(document: ToldWorkflow): WorkflowVerdict;
declare function latestRuns(list: RunList): string;
type RunList = Pick<DashboardDocument, "runs" | "stats">;
declare function workflowFacts(document: ToldWorkflow): Fact[];
export { AGAINST_USUAL, BY_URGENCY, type ComparedPart, type Comparison, type ErrorKind, type Fact, type Figure, GLYPHS, NO_RUNS, type PathPiece, type PathRow, type Piece, type Prose, type Regime, type RunStory, SAME, type ToldStory, type ToldWorkflow, UNKNOWN, type WorkflowVerdict, afterStart, beginning, behindWords, bytes, clockSeconds, compact, compactBytes, compactChance, compactChange, compactCount, compactDecimal, compactDifference, compactDuration, compactEstimate, compactPercent, compactSignedDuration, comparedFigures, comparison, comparisonFacts, comparisonTitle, count, counted, cpuOf, cutEnd, cutMiddle, cutUnits, day, decimal, difference, duration, engineName, errorKinds, fixed, isoMinute, latestRuns, listed, mediansOf, minute, minutesAndSeconds, mostUnder, multiple, name, names, oneLine, onlyOnPathIn, ordinarySpaces, pathReason, pathRows, percent, plain, plainText, quantity, regimes, regressionWords, relativeDay, runClause, runFacts, runFigures, runHeadline, runLetter, runStory, runTitle, samplingWords, say, shortId, shortName, shortText, signedDuration, silenceNote, size, stackLines, taskClause, time, timestamp, typical, visible, waitedWords, wholePercent, workflowFacts, workflowFigures, workflowVerdict };
