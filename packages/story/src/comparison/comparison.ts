import { baseName, comparedInTime, type ComparedInTime, median, type RunDocument } from '@runspan/analytics'

import { runStory, type RunStory } from '../run/run-story.ts'

/** Several runs side by side; the other completed runs are compared with the first completed one. */
export interface Comparison {
  readonly runs: readonly ComparedRun[]
  /** By task: each run's part of the critical path. The parts add up to the durations. */
  readonly parts: readonly ComparedPart[]
  /** Indices of the runs that differences compare; null with fewer than two completed runs. */
  readonly compared: ComparedInTime | null
  /** Last completed run minus the first; null without compared runs. */
  readonly differenceSeconds: number | null
  readonly madeAt: Date
  readonly version: string
}

export interface ComparedRun {
  /** `A`, `B`, … */
  readonly letter: string
  readonly run: RunStory['run']
  readonly story: RunStory
}

/** Returns the letter of a run in a comparison. */
export function runLetter(index: number): string {
  return String.fromCodePoint(65 + (index % 26))
}

export interface ComparedPart {
  /** Shared name of tasks; null for the time after the last task. */
  readonly name: string | null
  readonly tasks: number
  /** Seconds on the critical path, waits included, one value a run. */
  readonly pathSeconds: readonly number[]
  /** Part of them that is waiting before the tasks, one value a run. */
  readonly waitSeconds: readonly number[]
  /**
   * Median of the tasks themselves, from the first attempt's start to the last one's end; null for a run without them.
   */
  readonly medians: readonly (number | null)[]
  /** Part of the path, last compared run minus the first; 0 without compared runs. */
  readonly differenceSeconds: number
}

/** Returns at least two runs as a comparison, the largest difference on the critical path first. */
export function comparison(documents: readonly RunDocument[]): Comparison {
  const runs = documents.map((document, i) => ({
    letter: runLetter(i),
    run: document.run,
    story: runStory(document),
  }))
  const compared = comparedInTime(documents.map(({ run }) => run.status))
  const differenceOf = (values: readonly number[]): number =>
    compared === null ? 0 : values[compared.last]! - values[compared.first]!
  const names = new Set<string | null>()
  for (const { story } of runs) {
    for (const { nodeId } of story.chains) names.add(baseName(nodeId))
    if (story.path.some(({ chain }) => chain === null)) names.add(null)
  }
  const parts = [...names].map((name): ComparedPart => {
    const pathSeconds = runs.map(({ story }) => onPath(story, name))
    return {
      name,
      tasks: name === null ? 0 : Math.max(...runs.map(({ story }) => named(story, name).length)),
      pathSeconds,
      waitSeconds: runs.map(({ story }) => waitOnPath(story, name)),
      medians: runs.map(({ story }) => (name === null ? null : medianOf(story, name))),
      differenceSeconds: differenceOf(pathSeconds),
    }
  })
  const newest = documents.at(-1)!
  return {
    runs,
    parts: parts
      .filter(({ medians, differenceSeconds }) => differenceSeconds !== 0 || medians.some((value) => value !== null))
      .toSorted((a, b) => Math.abs(b.differenceSeconds) - Math.abs(a.differenceSeconds)),
    compared,
    differenceSeconds: compared === null ? null : differenceOf(documents.map(({ run }) => run.durationSeconds)),
    madeAt: newest.madeAt,
    version: newest.version,
  }
}

function named({ chains }: RunStory, name: string): RunStory['chains'] {
  return chains.filter(({ nodeId }) => baseName(nodeId) === name)
}

function pieces({ path }: RunStory, name: string | null): RunStory['path'] {
  return path.filter(({ chain }) => (chain === null ? name === null : name !== null && baseName(chain.nodeId) === name))
}

function onPath(story: RunStory, name: string | null): number {
  return pieces(story, name).reduce((sum, { from, end }) => sum + end - from, 0)
}

function waitOnPath(story: RunStory, name: string | null): number {
  return pieces(story, name).reduce((sum, { from, start }) => sum + start - from, 0)
}

function medianOf(story: RunStory, name: string): number | null {
  const ran = named(story, name).filter(({ status }) => status !== 'skipped')
  return median(ran.map(({ start, end }) => end - start))
}
