// Made from the build by scripts/api-report.mjs.
import { RunSummary } from "@runspan/model";
import { DashboardDocument, DashboardDocument as DashboardDocument$1, ErrorSeen, RunDocument, RunDocument as RunDocument$1, RunReport, RunSections, RunSections as RunSections$1 } from "@runspan/analytics";
type ReportErrorCode = "INVALID_RUNS" | "NOT_BUILT";
declare class ReportError extends Error {
    override readonly name: string;
    readonly code: ReportErrorCode;
    constructor(code: ReportErrorCode, message: string, cause?: unknown);
}
declare function runReportHtml(document: RunDocument$1, sections?: RunSections$1): string;
declare function runMarkdown(document: RunDocument$1, sections?: RunSections$1): string;
declare function runCsv(run: RunReport): string;
declare function runsCsv(runs: readonly RunSummary[]): string;
declare function openedRuns({ runs, failures, cells }: Pick<DashboardDocument$1, "runs" | "failures" | "cells">): string[];
declare function dashboardHtml(given: DashboardDocument$1): string;
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
declare function timelinePicture(document: RunDocument$1): Picture | null;
declare function resourcePicture(document: RunDocument$1, metric: "cpu" | "memory"): Picture | null;
declare function ioPicture({ run }: RunDocument$1): Picture | null;
declare function heatmapPicture(document: DashboardDocument$1): Picture | null;
declare function comparisonHtml(documents: readonly RunDocument$1[]): string;
declare function comparisonPicture(documents: readonly RunDocument$1[]): Picture;
export { type DashboardDocument, type ErrorSeen, type Picture, type PictureOptions, ReportError, type ReportErrorCode, type RunDocument, type RunSections, comparisonHtml, comparisonPicture, dashboardHtml, heatmapPicture, ioPicture, openedRuns, picturePng, pictureSvg, resourcePicture, runCsv, runMarkdown, runReportHtml, runsCsv, timelinePicture };
