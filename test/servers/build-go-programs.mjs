// Builds the programs in Go that tests use into the user's cache, those that are there already excepted; exit code 1 where one cannot be built.
import { goProgram, HELM, JAEGER } from './go-program.mjs'
import { collectorForTests } from './otelcol.mjs'

const programs = [collectorForTests(), goProgram(HELM), goProgram(JAEGER)]
process.exitCode = programs.includes(undefined) ? 1 : 0
