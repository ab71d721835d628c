// Builds all packages. By tsdown's function and not its command, which begins with a warning about the Node.js that we support.
import { build } from 'tsdown'

await build({ logLevel: 'error', failOnWarn: true })
