import { emptyInventory, exampleInventory } from '../../workspace/example-inventory.ts'
import { parseYaml } from '../../workspace/yaml-file.ts'
import type { FileChange } from '../edit-inventory.ts'
import type { Inventory } from '../inventory.ts'
import type { ImportTarget } from './import-target.ts'

/**
 * The inventory as it is once real devices come to a new workspace: a file that holds the examples and not one letter of a
 * person's is emptied, unless the devices go there anyway. The examples' groups would else stand for those of the source.
 */
export function withoutExamples(
  inventory: Inventory,
  target: ImportTarget,
): { readonly inventory: Inventory; readonly change: FileChange | undefined } {
  const found = inventory.files.find(({ text, path }) => text === exampleInventory && path !== target.path)
  if (!found) return { inventory, change: undefined }
  const { path, file } = found
  const emptied = { ...parseYaml(emptyInventory, file), path }
  return {
    inventory: { ...inventory, files: inventory.files.map((each) => (each === found ? emptied : each)) },
    change: { path, file, before: exampleInventory, after: emptyInventory },
  }
}
