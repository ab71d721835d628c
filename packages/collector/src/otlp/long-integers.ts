/** Digits up to which JavaScript's numbers are exact; longer integers are kept as text. */
const EXACT_DIGITS = 15
/** Quick test: senders that follow the protocol write such numbers as text. */
const MAY_HAVE_LONG = /[[:,]\s*-?\d{16}/

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d

/** Returns JSON text whose integers of more than 15 digits are text, so that parsing does not round them. */
export function quoteLongIntegers(json: string): string {
  if (!MAY_HAVE_LONG.test(json)) return json
  let result = ''
  let copied = 0
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === QUOTE) i = endOfText(json, i)
    else if (code === MINUS || isDigit(code)) {
      const from = i
      while (isDigit(json.charCodeAt(i + 1))) i++
      const digits = i + 1 - from - (code === MINUS ? 1 : 0)
      const isInteger = !/[.eE]/.test(json.charAt(i + 1))
      if (digits > EXACT_DIGITS && isInteger) {
        result += `${json.slice(copied, from)}"${json.slice(from, i + 1)}"`
        copied = i + 1
      } else while (/[\d.eE+-]/.test(json.charAt(i + 1))) i++
    }
  }
  return result + json.slice(copied)
}

function endOfText(json: string, from: number): number {
  for (let i = from + 1; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === BACKSLASH) i++
    else if (code === QUOTE) return i
  }
  return json.length
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
