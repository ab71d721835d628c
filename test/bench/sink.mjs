import { createServer } from 'node:http'

/*
 * Takes OTLP over HTTP, reads it to the end and answers as a collector does. A process of its own: what it costs is nobody's here.
 * Says its port on standard output.
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
