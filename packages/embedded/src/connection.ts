/** Address of a server, and how to log in. */
export interface EmbeddedConnection {
  /** HTTP address, such as `http://127.0.0.1:PORT`. */
  url: string
  /** Address the server listens on. */
  host: string
  httpPort: number
  /** Port of ClickHouse's native protocol. */
  tcpPort: number
  database: 'runspan'
  /** May do everything in database `runspan`. */
  user: 'runspan'
  password: string
  /** May only read database `runspan`, within limits. */
  readerUser: 'runspan_reader'
  readerPassword: string
  /** Runspan's directory; the server's files are in its `clickhouse` folder. */
  dataDir: string
  /** Id of the server's process. */
  pid: number
}
