import { Option } from 'commander'

import { type LargestFlags, showLargest, withLargest } from '../largest.ts'
import { type Verb, verb, withData } from '../verb.ts'

/** `runspan hungriest --by cpu`: the runs that used most of a resource, or attempts. */
export const hungriestVerb: Verb = () =>
  withLargest(
    withData(
      verb('hungriest', 'the runs that used most of a resource, or with --tasks the attempts', [
        'runspan hungriest --by memory --since 7d',
        'runspan hungriest --tasks --by cpu',
      ]),
    ),
  )
    .addOption(
      new Option('--by <resource>', 'which resource').choices(['cpu', 'memory', 'disk', 'network']).default('cpu'),
    )
    .action(async (flags: LargestFlags & { readonly by: 'cpu' | 'memory' | 'disk' | 'network' }) =>
      showLargest(flags, flags.by),
    )
