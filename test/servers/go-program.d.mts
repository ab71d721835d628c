export interface GoProgram {
  readonly name: string
  readonly package: string
  readonly version: string
  /** Variable that names a program to use instead. */
  readonly variable: string
}

export const HELM: GoProgram
export const JAEGER: GoProgram
export function goProgram(program: GoProgram): string | undefined
