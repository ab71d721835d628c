import type { EmbeddedServer } from '@runspan/embedded'

export interface RunningCollector {
  readonly port: number
  readonly pid: number
  readonly url: string
  said(): string
  kill(): Promise<void>
  stop(): Promise<void>
}

export function collectorProgram(): string | undefined
export function collectorForTests(): string | undefined
export function startCollector(
  program: string,
  server: EmbeddedServer,
  configuration?: string,
  env?: Readonly<Record<string, string>>,
  flags?: readonly string[],
): Promise<RunningCollector>
