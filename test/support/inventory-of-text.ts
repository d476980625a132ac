import { buildInventory } from '../../packages/core/src/inventory/build-inventory.ts'
import type { Inventory, InventoryFile } from '../../packages/core/src/inventory/inventory.ts'
import type { Problem } from '../../packages/core/src/model.ts'
import { parseYaml } from '../../packages/core/src/workspace/yaml-file.ts'

export const testPlatforms = ['arista_eos', 'cisco_ios', 'juniper_junos', 'linux']

/** An inventory of texts by file name, without a disk. */
export function inventoryOfText(texts: string | Readonly<Record<string, string>>): Inventory {
  const files = typeof texts === 'string' ? { 'inventory.yaml': texts } : texts
  return rebuild(Object.entries(files).map(([file, text]) => ({ ...parseYaml(text, file), path: `/net/${file}` })))
}

export function rebuild(files: readonly InventoryFile[]): Inventory {
  const declared = { realms: ['on-device', 'tacacs-core'], jumpHosts: ['bastion'] }
  return buildInventory(files, declared, { platforms: testPlatforms })
}

/** `inventory.yaml:14:15 unknown platform "cisco_iso". Did you mean cisco_ios?` */
export function shown({ at, message, advice }: Problem): string {
  return `${at.file}:${at.line}:${at.column} ${message}.${advice ? ` ${advice}` : ''}`
}
