// Builds the Go programs of tests into the user's cache, except for existing ones; exits with 1 if one cannot be built.
import { goProgram, HELM, JAEGER } from './go-program.mjs'
import { collectorForTests } from './otelcol.mjs'

const programs = [collectorForTests(), goProgram(HELM), goProgram(JAEGER)]
process.exitCode = programs.includes(undefined) ? 1 : 0
