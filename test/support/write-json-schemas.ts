import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jsonSchemas } from '../../packages/core/src/workspace/json-schema.ts'

// node test/support/write-json-schemas.ts, from the root, after a change of a *-schema.ts; then npm run format
for (const { name, text } of jsonSchemas()) await writeFile(join('packages/core/schemas', name), text)
