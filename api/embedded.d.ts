// Made from the build by scripts/api-report.mjs.
interface EmbeddedConnection {
    url: string;
    host: string;
    httpPort: number;
    tcpPort: number;
    database: "runspan";
    user: "runspan";
    password: string;
    readerUser: "runspan_reader";
    readerPassword: string;
    dataDir: string;
    pid: number;
}
declare const ENGINE_VERSION = "26.7.3-stable.1";
type EmbeddedErrorCode = "INVALID_OPTION" | "UNSUPPORTED_PLATFORM" | "ENGINE_NOT_INSTALLED" | "LIBC_TOO_OLD" | "DIRECTORY_NOT_WRITABLE" | "DIRECTORY_IN_USE" | "DISK_FULL" | "TOO_FEW_FILES" | "PORT_TAKEN" | "PORT_NOT_ALLOWED" | "START_FAILED" | "START_TIMEOUT" | "RESTART_LIMIT";
declare class EmbeddedError extends Error {
    override readonly name = "EmbeddedError";
    readonly code: EmbeddedErrorCode;
    constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions);
}
declare function findEmbedded(dataDir: string): Promise<EmbeddedConnection | null>;
interface EmbeddedOptions {
    dataDir: string;
    httpPort?: number;
    tcpPort?: number;
    host?: string;
    memoryBytes?: number;
    peerPorts?: readonly number[];
    startTimeoutSeconds?: number;
    onRestart?: (connection: EmbeddedConnection) => void;
    onGiveUp?: (error: EmbeddedError) => void;
}
interface EmbeddedServer extends EmbeddedConnection {
    readonly started: boolean;
    stop(): Promise<void>;
}
declare function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer>;
export { ENGINE_VERSION, type EmbeddedConnection, EmbeddedError, type EmbeddedErrorCode, type EmbeddedOptions, type EmbeddedServer, findEmbedded, startEmbedded };
