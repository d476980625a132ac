import { installN8n } from './install-n8n.ts'
import { installPinned } from './install-pinned.ts'

/** Everything that the suite needs and the checkout has not, before any test has a time to keep. */
const say = (line: string) => process.stderr.write(`${line}\n`)
await installN8n(say)
await installPinned({ recipe: 'lint-installation', main: '@n8n/node-cli', lacksOptional: true, say })
