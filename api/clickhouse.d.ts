// Made from the build by scripts/api-report.mjs.
import { SegmentTarget, TelemetryTable } from "@runspan/spool";
import { ClickHouseSettings } from "@clickhouse/client";
import * as zod from "zod/mini";
type Zod = typeof zod;
type Columns = Readonly<Record<string, zod.ZodMiniType>>;
interface Query<C extends Columns> {
    readonly name: string;
    readonly sql: string;
    readonly columns: (z: Zod) => C;
    readonly settings?: ClickHouseSettings;
}
interface Statement {
    readonly name: string;
    readonly sql: string;
    readonly settings?: ClickHouseSettings;
}
type RowWith<C extends Columns> = {
    readonly [Column in keyof C]: zod.output<C[Column]>;
};
type RowOf<Q> = Q extends Query<infer C> ? RowWith<C> : never;
type ColumnsOf<Row> = {
    readonly [Column in keyof Row]-?: zod.ZodMiniType<Row[Column]>;
};
declare function defineQuery<C extends Columns>(query: Query<C>): Query<C>;
interface ClickHouseOptions {
    readonly url: string;
    readonly user?: string;
    readonly password?: string;
    readonly database?: string;
    readonly timeoutSeconds?: number;
}
interface InsertOptions {
    readonly skipFailingViews?: boolean;
}
declare const DELIVERED_UNTIL: string;
type Parameters = Readonly<Record<string, unknown>>;
declare class ClickHouse {
    readonly address: string;
    readonly database: string;
    private readonly options;
    private readonly configuration;
    private readonly client;
    private readonly ended;
    deliveredUntil: () => Date | null;
    private readonly refused;
    constructor(options: ClickHouseOptions);
    ask<C extends Columns>(query: Query<C>, parameters?: Parameters): Promise<RowWith<C>[]>;
    tell({ name, sql, settings }: Statement, parameters?: Parameters): Promise<void>;
    query<Row>(sql: string, parameters?: Parameters, settings?: ClickHouseSettings): Promise<Row[]>;
    command(sql: string, parameters?: Parameters, settings?: ClickHouseSettings): Promise<void>;
    private withDelivered;
    private withPermitted;
    insertNative(table: TelemetryTable, blocks: readonly Uint8Array[], token: string, { skipFailingViews }?: InsertOptions): Promise<void>;
    inDatabase(database: string): ClickHouse;
    createDatabase(): Promise<void>;
    ping(): Promise<boolean>;
    close(): Promise<void>;
    private untraced;
}
interface BackfillProgress {
    readonly share: number;
    readonly spans: number;
    readonly at: Date;
}
interface BackfillOptions {
    readonly since?: Date | undefined;
    readonly again?: boolean | undefined;
    readonly rowsAStep?: number | undefined;
    readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
}
interface Backfilled {
    readonly runs: number;
    readonly tasks: number;
    readonly spans: number;
}
declare function backfill(clickhouse: ClickHouse, options?: BackfillOptions): Promise<Backfilled>;
interface SchemaFile {
    readonly name: string;
    readonly statements: readonly string[];
}
declare function placeTasks(clickhouse: ClickHouse): Promise<void>;
interface ExistingTables {
    readonly logsHaveEventName: boolean;
}
declare function schemaFiles(existing?: ExistingTables): SchemaFile[];
interface ClusterLayout {
    readonly cluster: string;
    readonly database: string;
    readonly thisNode: boolean;
}
declare function clusterFiles(layout: ClusterLayout): SchemaFile[];
declare function applyClusterSchema(clickhouse: ClickHouse, { cluster, thisNode }: Pick<ClusterLayout, "cluster" | "thisNode">): Promise<string[]>;
interface Cluster {
    readonly name: string;
    readonly local: string;
    readonly replicated: boolean;
}
declare function clusterOf(clickhouse: ClickHouse): Promise<Cluster | null>;
declare function refuseOnCluster(clickhouse: ClickHouse, what: string): Promise<void>;
declare class PartialClickHouse extends ClickHouse {
    private readonly onPartial;
    private told;
    private toldAt;
    constructor(options: ClickHouseOptions, onPartial: (text: string) => void);
    override query<Row>(sql: string, parameters?: Parameters, settings?: ClickHouseSettings): Promise<Row[]>;
    private reportMissingShards;
}
interface Shard {
    readonly shard: number;
    readonly nodes: readonly string[];
}
interface ShardsAnswering {
    readonly cluster: string;
    readonly shards: readonly Shard[];
    readonly missing: readonly Shard[];
}
declare function shardsAnswering(clickhouse: ClickHouse): Promise<ShardsAnswering | null>;
declare function partialInWords({ shards, missing }: ShardsAnswering): string;
type ClickHouseErrorCode = "UNREACHABLE" | "AUTHENTICATION_FAILED" | "ACCESS_DENIED" | "SCHEMA_MISSING" | "UNSUPPORTED_TABLES" | "SCHEMA_NEWER" | "TIMEOUT" | "LIMIT_EXCEEDED" | "QUERY_FAILED" | "INVALID_URL" | "SHARD_UNREACHABLE" | "CLUSTER_UNKNOWN" | "CLUSTER_DDL_UNAVAILABLE" | "CLUSTER_CONFLICT" | "NOT_ON_CLUSTER" | "INVALID_NAME" | "SPOOL_FAILED";
declare class ClickHouseError extends Error {
    override readonly name: string;
    readonly code: ClickHouseErrorCode;
    readonly serverCode: number | null;
    constructor(code: ClickHouseErrorCode, message: string, options?: {
        cause?: unknown;
        serverCode?: number | null;
    });
}
interface TtlChange {
    readonly changed: readonly string[];
    readonly leftAlone: readonly string[];
}
interface TableState {
    readonly name: string;
    readonly engine: string;
    readonly definition: string;
}
declare function setTtl(clickhouse: ClickHouse, days: number | null): Promise<TtlChange>;
declare function tablesOf(clickhouse: ClickHouse): Promise<TableState[]>;
declare function isOurs({ name, definition }: TableState): boolean;
declare function dropPartition(clickhouse: ClickHouse, table: string, partition: string): Promise<void>;
declare function dropPart(clickhouse: ClickHouse, table: string, part: string): Promise<boolean>;
declare function applySchema(clickhouse: ClickHouse, given?: readonly SchemaFile[]): Promise<string[]>;
declare function rollUpTasks(clickhouse: ClickHouse, workflow: string): Promise<void>;
declare function rollUpDays(clickhouse: ClickHouse, workflow: string, days: readonly string[]): Promise<void>;
declare function packedDuration(durationNs: string): string;
declare function packedLogarithm(packed: string): string;
declare function hashedAttempt(start: string, durationNs: string): string;
declare const hashOf: (attempt: string) => string;
declare const LARGEST_HASH = 4194303;
declare const dayOf: (attempt: string) => string;
declare const INSTALLATION_PATTERN: string;
declare const RUN_ID_WITHOUT_INSTALLATION: string;
declare const TASK_CPU_NS = "if(cpu_own_ns > 0, toFloat64(cpu_own_ns), (cpu_user_ns + cpu_system_ns) / greatest(1, concurrency))";
declare const TASK_DISK_BYTES = "(read_bytes + written_bytes) / greatest(1, concurrency)";
declare const TASK_NETWORK_BYTES = "(sent_bytes + received_bytes) / greatest(1, concurrency)";
declare function clickHouseTarget(clickhouse: ClickHouse): SegmentTarget;
declare function applySchemaIfAllowed(clickhouse: ClickHouse, warn?: (text: string) => void): Promise<void>;
export { type BackfillOptions, type BackfillProgress, type Backfilled, ClickHouse, ClickHouseError, type ClickHouseErrorCode, type ClickHouseOptions, type Cluster, type ClusterLayout, type Columns, type ColumnsOf, DELIVERED_UNTIL, INSTALLATION_PATTERN, type InsertOptions, LARGEST_HASH, type Parameters, PartialClickHouse, type Query, RUN_ID_WITHOUT_INSTALLATION, type RowOf, type RowWith, type SchemaFile, type Shard, type ShardsAnswering, type Statement, TASK_CPU_NS, TASK_DISK_BYTES, TASK_NETWORK_BYTES, type TableState, type TtlChange, type Zod, applyClusterSchema, applySchema, applySchemaIfAllowed, backfill, clickHouseTarget, clusterFiles, clusterOf, dayOf, defineQuery, dropPart, dropPartition, hashOf, hashedAttempt, isOurs, packedDuration, packedLogarithm, partialInWords, placeTasks, refuseOnCluster, rollUpDays, rollUpTasks, schemaFiles, setTtl, shardsAnswering, tablesOf };
