import { request } from 'node:http'

/** Where and as whom to ask. */
export interface HttpTarget {
  readonly host: string
  readonly httpPort: number
  readonly user: string
  readonly password: string
}

/**
 * Runs one query on a connection of its own and returns the answer's text, trimmed.
 * Rejects when the server refuses, does not answer within the time, or is no ClickHouse.
 */
export function httpQuery(target: HttpTarget, sql: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: target.host,
      port: target.httpPort,
      method: 'POST',
      path: '/',
      // No pool: a connection kept open would hold up the end of the server.
      agent: false,
      headers: { 'X-ClickHouse-User': target.user, 'X-ClickHouse-Key': target.password },
      signal: AbortSignal.timeout(timeoutMs),
    })
    call.once('error', reject)
    call.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.once('error', reject)
      response.on('data', (part: string) => {
        // What answers here may be any program; its answer need not end.
        if (text.length < 65_536) text += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text.trim())
        else reject(new Error(`HTTP ${response.statusCode}: ${text.slice(0, 500).trim()}`))
      })
    })
    call.end(sql)
  })
}
