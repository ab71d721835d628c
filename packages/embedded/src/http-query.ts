import { request } from 'node:http'

/** Address and user of a query. */
export interface HttpTarget {
  readonly host: string
  readonly httpPort: number
  readonly user: string
  readonly password: string
}

/**
 * Runs one query on its own connection and returns the answer's text, trimmed.
 * Rejects if the server refuses, does not answer in time, or is not ClickHouse.
 */
export function httpQuery(target: HttpTarget, sql: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: target.host,
      port: target.httpPort,
      method: 'POST',
      path: '/',
      // No pool: an open connection would delay the end of the server.
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
        // Any program may answer here, without end.
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
