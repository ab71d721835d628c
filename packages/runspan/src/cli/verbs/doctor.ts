import { defineVerb, type Verb } from '../define-verb.ts'
import { DATA, dataFrom, JSON_OPTION } from '../options.ts'
import { printJson } from '../output.ts'
import { show } from '../show.ts'

/** `runspan doctor`: what is configured, what works, what to do about the rest. */
export const doctorVerb: Verb = defineVerb({
  name: 'doctor',
  summary: 'says what is configured, what works, and what to do about the rest',
  examples: ['runspan doctor --json'],
  options: { ...JSON_OPTION, ...DATA },
  run: async ({ json, ...where }) => {
    const { examine } = await import('../../doctor.ts')
    const checks = await examine(dataFrom(where))
    if (json) printJson(checks)
    else {
      const { doctorView } = await import('../../terminal/doctor-view.ts')
      show((screen) => doctorView(checks, screen))
    }
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1
  },
})
