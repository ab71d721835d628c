export { SAME, comparedFigures } from './comparison/comparison-figures.ts'
export {
  comparisonFacts,
  comparisonTitle,
  mediansOf,
  onlyOnPathIn,
  pathReason,
  waitedWords,
} from './comparison/comparison-verdict.ts'
export { comparison, runLetter } from './comparison/comparison.ts'
export type { ComparedPart, Comparison } from './comparison/comparison.ts'
export { errorKinds } from './run/error-kinds.ts'
export type { ErrorKind } from './run/error-kinds.ts'
export { pathRows } from './run/path-parts.ts'
export type { PathRow } from './run/path-parts.ts'
export { runClause, silenceNote, taskClause } from './run/run-clause.ts'
export { runFigures } from './run/run-figures.ts'
export type { Figure } from './run/run-figures.ts'
export { cpuOf, runStory } from './run/run-story.ts'
export type { PathPiece, RunStory, ToldStory } from './run/run-story.ts'
export { AGAINST_USUAL, mostUnder, runFacts, runHeadline, runTitle } from './run/run-verdict.ts'
export { stackLines } from './run/stack-lines.ts'
export { behindWords } from './words/behind.ts'
export { compactChance } from './words/chance.ts'
export { beginning, cutEnd, cutMiddle, cutUnits, oneLine } from './words/cuts.ts'
export {
  afterStart,
  compactDuration,
  compactEstimate,
  compactSignedDuration,
  duration,
  minutesAndSeconds,
  signedDuration,
} from './words/durations.ts'
export { engineName } from './words/engines.ts'
export { shortId } from './words/ids.ts'
export { counted, listed, multiple } from './words/listing.ts'
export { shortName, shortText } from './words/names.ts'
export {
  bytes,
  compactBytes,
  compactChange,
  compactCount,
  compactDecimal,
  compactDifference,
  compactPercent,
  count,
  decimal,
  difference,
  fixed,
  percent,
  wholePercent,
} from './words/numbers.ts'
export { compact, name, names, plain, plainText, quantity, say, size, time } from './words/prose.ts'
export type { Fact, Piece, Prose } from './words/prose.ts'
export { UNKNOWN, ordinarySpaces } from './words/signs.ts'
export { BY_URGENCY, GLYPHS } from './words/status.ts'
export { clockSeconds, day, isoMinute, minute, relativeDay, timestamp } from './words/times.ts'
export { regimes } from './workflow/regimes.ts'
export type { Regime } from './workflow/regimes.ts'
export { regressionWords } from './workflow/regression-words.ts'
export { samplingWords } from './workflow/sampling-words.ts'
export { typical } from './workflow/typical.ts'
export { workflowFigures } from './workflow/workflow-figures.ts'
export { NO_RUNS, latestRuns, workflowFacts, workflowVerdict } from './workflow/workflow-verdict.ts'
export type { ToldWorkflow, WorkflowVerdict } from './workflow/workflow-verdict.ts'
export { visible } from '@runspan/model'
