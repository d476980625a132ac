import { join } from 'node:path'
import { inventoryFileName, workspaceFileName } from '../../workspace/find-workspace.ts'
import { hostSchema } from '../../workspace/name-schema.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { editYaml, type YamlChange } from '../../workspace/yaml-edit.ts'
import { nodeAt } from '../../workspace/yaml-node.ts'
import { formatInline } from '../../workspace/yaml-text.ts'
import type { FileChange } from '../edit-inventory.ts'

export interface SettingsAdditions {
  /** Inventory files, relative to the workspace. */
  readonly files: readonly string[]
  /** `Host` names of OpenSSH. */
  readonly jumpHosts: readonly string[]
}

/**
 * Adds inventory files and jump hosts to netlatch.yaml by range edits, making the file where there is none. Undefined when
 * nothing has to change.
 */
export function settingsChange(workspace: Workspace, { files, jumpHosts }: SettingsAdditions): FileChange | undefined {
  // A name that OpenSSH would not take stays undeclared, and the check says so.
  const hops = jumpHosts.filter((name) => hostSchema.safeParse(name).success)
  if (files.length === 0 && hops.length === 0) return undefined
  const { source, file: path } = workspace
  if (!source || path === undefined) {
    const lines = [
      ...(files.length > 0 ? [`inventory: ${formatInline([inventoryFileName, ...files])}`] : []),
      ...(hops.length > 0 ? ['jump_hosts:', ...hops.map((name) => `  ${formatInline(name)}: ${hopText(name)}`)] : []),
    ]
    const made = join(workspace.folder, workspaceFileName)
    return { path: made, file: workspaceFileName, before: undefined, after: `${lines.join('\n')}\n` }
  }
  const listed = nodeAt(source.root, ['inventory'])
  const changes: YamlChange[] = []
  if (files.length > 0 && listed?.kind === 'list')
    changes.push(...files.map((item): YamlChange => ({ kind: 'add', path: ['inventory'], item })))
  else if (files.length > 0) {
    const first = typeof listed?.value === 'string' ? listed.value : inventoryFileName
    changes.push({ kind: 'set', path: ['inventory'], value: [first, ...files] })
  }
  for (const name of hops) changes.push({ kind: 'set', path: ['jump_hosts', name], value: { ssh: name } })
  return { path, file: source.file, before: source.text, after: editYaml(source, changes) }
}

function hopText(name: string): string {
  return formatInline({ ssh: name })
}
