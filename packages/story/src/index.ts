export { SAME, comparedFigures } from './comparison/comparison-figures.ts'
export { comparisonFacts, comparisonTitle, mediansOf, pathReason } from './comparison/comparison-verdict.ts'
export { comparison } from './comparison/comparison.ts'
export type { ComparedPart, Comparison } from './comparison/comparison.ts'
export { errorKinds } from './run/error-kinds.ts'
export type { ErrorKind } from './run/error-kinds.ts'
export { pathRows } from './run/path-parts.ts'
export type { PathRow } from './run/path-parts.ts'
export { runFigures } from './run/run-figures.ts'
export type { Figure } from './run/run-figures.ts'
export { cpuOf, runStory } from './run/run-story.ts'
export type { PathPiece, RunStory } from './run/run-story.ts'
export { runFacts, runTitle } from './run/run-verdict.ts'
export { stackLines } from './run/stack-lines.ts'
export { engineName } from './words/engines.ts'
export { counted } from './words/listing.ts'
export { shortName, shortRunId, shortText, visible } from './words/names.ts'
export {
  UNKNOWN,
  afterStart,
  bytes,
  count,
  decimal,
  difference,
  duration,
  percent,
  signedDuration,
  wholePercent,
} from './words/numbers.ts'
export { names, plain } from './words/prose.ts'
export type { Fact, Piece, Prose } from './words/prose.ts'
export { BY_URGENCY, GLYPHS } from './words/status.ts'
export { day, minute, timestamp } from './words/times.ts'
export { regimes } from './workflow/regimes.ts'
export type { Regime } from './workflow/regimes.ts'
export { samplingWords } from './workflow/sampling-words.ts'
export { typical } from './workflow/typical.ts'
export { workflowFigures } from './workflow/workflow-figures.ts'
export { latestRuns, workflowFacts, workflowVerdict } from './workflow/workflow-verdict.ts'
