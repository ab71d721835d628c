// Builds all packages. It calls tsdown's function, because its command starts with a warning about the Node.js version that
// we support.
import { build } from 'tsdown'

await build({ logLevel: 'error', failOnWarn: true })
