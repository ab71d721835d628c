import { closeSync, openSync } from 'node:fs'

/** Fields that Node.js' permission model adds to an error. */
interface AccessDenied {
  readonly code: 'ERR_ACCESS_DENIED'
  readonly permission?: string
  readonly resource?: string
}

/** Returns why something failed, in words that name the cause where Node.js' own message does not. */
export function failureReason(error: unknown): string {
  if (isAccessDenied(error)) {
    const { permission = 'access', resource = '' } = error
    const of = resource === '' ? '' : ` of ${resource}`
    return `Node.js' permission model does not allow ${permission}${of}`
  }
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'MODULE_NOT_FOUND')
    return withoutFiles() ?? messageOf(error)
  return messageOf(error)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function isAccessDenied(error: unknown): error is AccessDenied {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_ACCESS_DENIED'
}

/**
 * Returns why no file can be opened; null if one can. `require` says "cannot find module" when descriptors have run out.
 */
function withoutFiles(): string | null {
  try {
    closeSync(openSync(process.execPath, 'r'))
    return null
  } catch (error) {
    return messageOf(error)
  }
}
