export class SpanLoad {
  readonly acknowledged: readonly string[]
  constructor(url: () => string, clients?: number)
  stop(): Promise<void>
}
