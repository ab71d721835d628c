import { createServer } from 'node:http'

/*
 * Receives OTLP over HTTP, reads it to the end and answers like a collector. It is a separate process, so that its cost is
 * not measured. Prints its port on standard output.
 */
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.setHeader('content-type', 'application/x-protobuf')
    response.end()
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
process.on('disconnect', () => process.exit(0))
