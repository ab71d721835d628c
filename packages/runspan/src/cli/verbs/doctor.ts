import { printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, dataFrom, type Verb, verb, withData } from '../verb.ts'

/** `runspan doctor`: what is configured, what works, what to do about the rest. */
export const doctorVerb: Verb = () =>
  withData(
    verb('doctor', 'says what is configured, what works, and what to do about the rest', ['runspan doctor --json']),
  ).action(async (flags: DataFlags & { json?: true }) => {
    const { examine } = await import('../../doctor.ts')
    const checks = await examine(dataFrom(flags))
    if (flags.json) printJson(checks)
    else {
      const { doctorView } = await import('../../terminal/doctor-view.ts')
      show((screen) => doctorView(checks, screen))
    }
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1
  })
