// Made from the build by scripts/api-report.mjs.
import { DashboardDocument, Range, RunDocument, RunSections } from "@runspan/analytics";
import { ClickHouse } from "@runspan/clickhouse";
import { RunSummary } from "@runspan/model";
import { Spool } from "@runspan/spool";
import { Configuration, Values } from "@runspan/configuration";
import { EmbeddedServer } from "@runspan/embedded";
import { Receiver } from "@runspan/collector";
declare function readDashboard(clickhouse: ClickHouse, { workflow, since, to }: {
    readonly workflow: string;
    readonly since?: Date | undefined;
    readonly to?: Date | undefined;
}): Promise<Omit<DashboardDocument, "reports">>;
type ToldWorkflow = Pick<DashboardDocument, "stats" | "runs" | "usual" | "changes" | "failures" | "flaky">;
declare function readWorkflow(clickhouse: ClickHouse, range: Range & {
    readonly workflow: string;
}): Promise<ToldWorkflow>;
declare function readRunDocument(clickhouse: ClickHouse, runId: string, { includeErrors, includeMetrics }?: RunSections): Promise<RunDocument>;
declare function endSilentRuns(clickhouse: ClickHouse, spool: Spool): Promise<number>;
type WorkspaceErrorCode = "SPOOL_BUSY";
declare class WorkspaceError extends Error {
    override readonly name: string;
    readonly code: WorkspaceErrorCode;
    constructor(code: WorkspaceErrorCode, message: string, cause?: unknown);
}
interface RunLinks {
    readonly trace: string | null;
    readonly dashboard: string | null;
}
declare function linksOf(run: Pick<RunSummary, "runId" | "traceId" | "workflow" | "startTime" | "durationSeconds">, { traceUrl, dashboardUrl }: Pick<Values, "traceUrl" | "dashboardUrl">): RunLinks;
interface DataOptions {
    readonly configuration?: Configuration | undefined;
    readonly clickhouse?: string | undefined;
    readonly data?: string | undefined;
    readonly partial?: boolean | undefined;
    readonly onNotice?: ((text: string, about: "shards" | "schema") => void) | undefined;
    readonly httpPort?: number | undefined;
    readonly host?: string | undefined;
}
interface OpenData {
    readonly clickhouse: ClickHouse;
    readonly dataDir: string;
    readonly configuration: Configuration;
    readonly server: EmbeddedServer | null;
    read<T>(ask: (clickhouse: ClickHouse) => Promise<T>): Promise<T>;
    deliver(patienceSeconds?: number): Promise<void>;
    deliverIfFree(patienceSeconds?: number): Promise<void>;
    behindSeconds(): number;
    keepUp(): Promise<void>;
    keepDelivering(): void;
    close(): Promise<void>;
}
declare function openData(options?: DataOptions): Promise<OpenData>;
declare function behindSeconds(directory: string): number;
interface OtlpInOptions {
    readonly dataDir: string;
    readonly host: string | undefined;
    readonly httpPort: number | undefined;
    readonly grpcPort: number | undefined;
    readonly bearerToken: string | undefined;
    readonly allowedOrigins: readonly string[];
}
declare function startOtlpIn(options: OtlpInOptions): Promise<Receiver>;
interface Upkeep {
    stop(): Promise<void>;
}
declare function startUpkeep(data: OpenData, say: (text: string) => void): Upkeep;
export { type DataOptions, type OpenData, type OtlpInOptions, type RunLinks, type ToldWorkflow, type Upkeep, WorkspaceError, type WorkspaceErrorCode, behindSeconds, endSilentRuns, linksOf, openData, readDashboard, readRunDocument, readWorkflow, startOtlpIn, startUpkeep };
