import { isTelemetryTable, type TelemetryTable } from '../tables/index.ts'

/**
 * A segment file's name: `<table>~<milliseconds since 1970>~<writer>~<number>`, and its state: `.open` while it is written,
 * `.segment` when ready, `.sending` when it is sent alone under its own name because no join could be written.
 */
export interface SegmentName {
  readonly table: TelemetryTable
  readonly createdMs: number
  readonly writer: string
  readonly state: SegmentState
}

export type SegmentState = 'open' | 'segment' | 'sending'

export function openSegmentName(table: TelemetryTable, writer: string, number: number): string {
  return `${table}~${String(Date.now()).padStart(14, '0')}~${writer}~${String(number).padStart(6, '0')}.open`
}

/** Returns the same segment's name in another state. */
export function segmentNameAs(state: SegmentState, name: string): string {
  return name.replace(/\.[a-z]+$/, `.${state}`)
}

/** Returns the parsed file name; null if it is not a segment's. */
export function parseSegmentName(name: string): SegmentName | null {
  const match = /^([a-z_]+)~(\d+)~([a-z0-9.-]+)~\d+\.(open|segment|sending)$/.exec(name)
  if (match === null || !isTelemetryTable(match[1]!)) return null
  return { table: match[1], createdMs: Number(match[2]), writer: match[3]!, state: match[4] as SegmentState }
}
