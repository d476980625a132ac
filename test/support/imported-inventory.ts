import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildInventory } from '../../packages/core/src/inventory/build-inventory.ts'
import type { Imported } from '../../packages/core/src/inventory/import/imported.ts'
import { inventoryText } from '../../packages/core/src/inventory/import/inventory-text.ts'
import type { Inventory } from '../../packages/core/src/inventory/inventory.ts'
import { platformNames } from '../../packages/core/src/platforms/index.ts'
import { parseYaml } from '../../packages/core/src/workspace/yaml-file.ts'

/** What stands for every secret of the files below; nothing that is made of them may hold it. */
export const importedSecret = `s3cret-${Math.random().toString(36).slice(2)}`

/** A file of test/data/import with its secrets put in. */
export function importFile(name: string): string {
  return readFileSync(join('test/data/import', name), 'utf8').replaceAll('@SECRET@', importedSecret)
}

/** The inventory that an import would write, read back. */
export function inventoryOf(imported: Imported): Inventory & { readonly text: string } {
  const text = inventoryText(['Imported'], imported.groups, imported.devices)
  const declared = { realms: ['on-device', 'tacacs-core'], jumpHosts: [...imported.jumpHosts] }
  const file = { ...parseYaml(text, 'imported.yaml'), path: '/net/imported.yaml' }
  return { ...buildInventory([file], declared, { platforms: platformNames }), text }
}

/** `skipped: no address (2)` */
export function shownNotes({ notes }: Imported): readonly string[] {
  return notes.map(({ kind, text, devices }) => `${kind}: ${text} (${devices.join(' ')})`)
}
