// Made from the build by scripts/api-report.mjs.
import { ChangePoint, FailureCluster, FlakyTask, HeatmapCell, PathShare, ResourceTrend, RunReport, RunStats, RunSummary, TaskGroup, TimeLeft, UsualDuration } from "@runspan/analytics";
type ReportErrorCode = "INVALID_RUNS" | "NOT_BUILT";
declare class ReportError extends Error {
    override readonly name: string;
    readonly code: ReportErrorCode;
    constructor(code: ReportErrorCode, message: string, cause?: unknown);
}
interface RunDocument {
    readonly run: RunReport;
    readonly usual: UsualDuration | null;
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
declare function runReportHtml(document: RunDocument, sections?: RunSections): string;
declare function runMarkdown(document: RunDocument, sections?: RunSections): string;
declare function runCsv(run: RunReport): string;
declare function runsCsv(runs: readonly RunSummary[]): string;
interface DashboardDocument {
    readonly workflow: string;
    readonly from: Date;
    readonly to: Date;
    readonly stats: RunStats;
    readonly runs: readonly RunSummary[];
    readonly usual: Readonly<Record<string, UsualDuration | null>>;
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
declare const LATEST_RUNS_SHOWN = 12;
declare function openedRuns({ runs, failures, cells }: Pick<DashboardDocument, "runs" | "failures" | "cells">): string[];
declare function dashboardHtml(given: DashboardDocument): string;
type ChartOption = Readonly<Record<string, unknown>>;
interface Tokens {
    readonly paper: string;
    readonly ground: string;
    readonly ink: string;
    readonly ink2: string;
    readonly ink3: string;
    readonly rule: string;
    readonly rule2: string;
    readonly link: string;
    readonly completed: string;
    readonly completedText: string;
    readonly completedSoft: string;
    readonly failed: string;
    readonly failedText: string;
    readonly running: string;
    readonly runningText: string;
    readonly cancelled: string;
    readonly cancelledText: string;
    readonly lost: string;
    readonly lostText: string;
    readonly skipped: string;
    readonly skippedText: string;
    readonly wait: string;
    readonly heatFarBelow: string;
    readonly heatBelow: string;
    readonly heatUsual: string;
    readonly heatAbove: string;
    readonly heatFarAbove: string;
}
interface ChartTheme {
    readonly tokens: Tokens;
    readonly fontFamily: string;
    readonly dark: boolean;
}
interface SvgSize {
    readonly width: number;
    readonly height: number;
}
interface Picture {
    readonly title: string;
    readonly note: string;
    readonly size: SvgSize;
    readonly option: (theme: ChartTheme) => ChartOption;
    readonly table?: readonly (readonly string[])[] | undefined;
}
interface PictureOptions {
    readonly dark?: boolean | undefined;
}
declare function pictureSvg({ title, note, size, option, table }: Picture, { dark }?: PictureOptions): string;
declare function picturePng(picture: Picture, options?: PictureOptions): Uint8Array;
declare function timelinePicture(document: RunDocument): Picture | null;
declare function resourcePicture(document: RunDocument, metric: "cpu" | "memory"): Picture | null;
declare function ioPicture({ run }: RunDocument): Picture | null;
declare function heatmapPicture(document: DashboardDocument): Picture | null;
declare function comparisonHtml(documents: readonly RunDocument[]): string;
declare function comparisonPicture(documents: readonly RunDocument[]): Picture;
export { type DashboardDocument, type ErrorSeen, LATEST_RUNS_SHOWN, type Picture, type PictureOptions, ReportError, type ReportErrorCode, type RunDocument, type RunSections, comparisonHtml, comparisonPicture, dashboardHtml, heatmapPicture, ioPicture, openedRuns, picturePng, pictureSvg, resourcePicture, runCsv, runMarkdown, runReportHtml, runsCsv, timelinePicture };
