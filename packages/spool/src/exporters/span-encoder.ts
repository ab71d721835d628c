import { Block } from '../native/block.ts'
import { ByteWriter } from '../native/byte-writer.ts'
import { addSpanRow } from '../rows/span-row.ts'
import { OTEL_TRACES } from '../tables/otel-traces.ts'
import { SdkSources } from './sdk-source.ts'
import { type SdkSpan, spanRow } from './sdk-span.ts'

/** Encodes finished spans of the SDK as a Native block of `otel_traces`, for code that sends without a spool. */
export class SpanEncoder {
  private readonly block = new Block(OTEL_TRACES)
  private readonly sources = new SdkSources()
  private readonly out = new ByteWriter()

  add(span: SdkSpan): void {
    addSpanRow(this.block, spanRow(span, this.sources))
  }

  /** Returns the block of the spans added since the last call; valid until the next. */
  finish(): Uint8Array {
    this.out.reset()
    this.block.finish(this.out)
    return this.out.view()
  }
}
