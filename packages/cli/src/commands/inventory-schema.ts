import { jsonSchemas, NetlatchError } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'

/** What people call the files → the schema's own name. */
const names: Readonly<Record<string, string>> = {
  workspace: 'netlatch',
  inventory: 'inventory',
  credentials: 'credentials',
  platform: 'platform',
  job: 'job',
}

export function registerInventorySchema(inventory: Command, register: Register): void {
  register(
    inventory
      .command('schema')
      .description('the JSON Schema of a file, for editors: workspace, inventory, credentials, platform or job')
      .argument('[file]', 'which one', 'inventory'),
    schema,
  )
}

const schema: Action<object> = async ({ terminal }, _options, [given = 'inventory']) => {
  const name = Object.hasOwn(names, given) ? names[given] : undefined
  const found = jsonSchemas().find((each) => each.name === `${name}.schema.json`)
  if (!found)
    throw new NetlatchError('USAGE', `there is no schema "${given}".`, {
      advice: `One of: ${Object.keys(names).join(', ')}.`,
    })
  terminal.write(found.text)
  return 0
}
