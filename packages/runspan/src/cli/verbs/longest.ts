import { type LargestFlags, showLargest, withLargest } from '../largest.ts'
import { type Verb, verb, withData } from '../verb.ts'

/** `runspan longest`: the runs that took longest, or attempts. */
export const longestVerb: Verb = () =>
  withLargest(
    withData(
      verb('longest', 'the runs that took longest, or with --tasks the attempts', [
        'runspan longest --workflow nightly-orders --since 30d',
        'runspan longest --tasks',
      ]),
    ),
  ).action(async (flags: LargestFlags) => showLargest(flags, 'duration'))
