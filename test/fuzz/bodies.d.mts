export type Signal = 'traces' | 'logs' | 'metrics'
export const SIGNALS: readonly Signal[]
export const EVERY_FIELD: Readonly<Record<Signal, object>>
export const WRONG_VALUES: readonly unknown[]
export function pathsOf(body: object): string[][]
export function withValueAt(body: object, path: readonly string[], value: unknown): object
