import { isTelemetryTable, type TelemetryTable } from '../tables/index.ts'

/** A segment file's name: `<table>~<milliseconds since 1970>~<writer>~<number>`, then `.open` while written or `.segment`. */
export interface SegmentName {
  readonly table: TelemetryTable
  readonly createdMs: number
  readonly writer: string
  readonly open: boolean
}

export function openSegmentName(table: TelemetryTable, writer: string, number: number): string {
  return `${table}~${String(Date.now()).padStart(14, '0')}~${writer}~${String(number).padStart(6, '0')}.open`
}

/** The name once nothing is appended any more. */
export function closedSegmentName(openName: string): string {
  return openName.replace(/\.open$/, '.segment')
}

/** Parses a file name; null if it is no segment's. */
export function parseSegmentName(name: string): SegmentName | null {
  const match = /^([a-z_]+)~(\d+)~([a-z0-9.-]+)~\d+\.(open|segment)$/.exec(name)
  if (match === null || !isTelemetryTable(match[1]!)) return null
  return { table: match[1], createdMs: Number(match[2]), writer: match[3]!, open: match[4] === 'open' }
}
