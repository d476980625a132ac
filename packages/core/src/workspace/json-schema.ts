import { z } from 'zod'
import { inventorySchema } from '../inventory/inventory-schema.ts'
import { jobFileSchema } from '../jobs/job-schema.ts'
import { platformSchema } from '../platforms/platform-schema.ts'
import { vaultSchema } from '../vault/vault-schema.ts'
import { workspaceSchema } from './workspace-schema.ts'

export interface JsonSchemaFile {
  /** `inventory.schema.json` */
  readonly name: string
  readonly text: string
}

const schemas = [
  ['netlatch', workspaceSchema],
  ['inventory', inventorySchema],
  ['credentials', vaultSchema],
  ['platform', platformSchema],
  ['job', jobFileSchema],
] as const

/** JSON Schemas of the files that a user owns, for editors; made from the schemas that check them. */
export function jsonSchemas(): readonly JsonSchemaFile[] {
  return schemas.map(([name, schema]) => {
    // Draft 7 is what editors' YAML support reads best.
    const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
    return { name: `${name}.schema.json`, text: `${JSON.stringify(json, null, 2)}\n` }
  })
}
