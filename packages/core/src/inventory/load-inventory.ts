import { NetlatchError } from '../errors.ts'
import type { Origin, Problem } from '../model.ts'
import { diskFiles, type FileReader, isMissingFile } from '../workspace/file-reader.ts'
import { displayPath } from '../workspace/load-workspace.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { parseYaml } from '../workspace/yaml-file.ts'
import { nodeAt, originOf } from '../workspace/yaml-node.ts'
import { type BuildInventoryOptions, buildInventory, type DeclaredNames } from './build-inventory.ts'
import type { Inventory, InventoryFile } from './inventory.ts'
import { loadForeign } from './load-foreign.ts'

export type { Group, Inventory, InventoryFile } from './inventory.ts'

/** Reads all inventory files of a workspace. Problems in them are part of the answer; throws nothing for what a user wrote. */
export async function loadInventory(
  workspace: Workspace,
  options: BuildInventoryOptions = {},
  reader: FileReader = diskFiles,
): Promise<Inventory> {
  const problems: Problem[] = []
  const files = new Map<string, InventoryFile>()
  for (const [index, source] of workspace.settings.inventory.entries()) {
    const at = originOfSource(workspace, index)
    const report = (code: string, severity: Problem['severity'], message: string, advice: string) => {
      problems.push({ code, severity, message, advice, at })
    }
    if (typeof source !== 'string') {
      try {
        for (const file of await loadForeign(source, workspace.folder, reader, options.platforms))
          files.set(file.path, file)
      } catch (error) {
        if (!(error instanceof NetlatchError)) throw error
        const shown = displayPath(workspace.folder, source.path)
        const message = `${source.format} inventory ${shown} ${whatIsWrong(error)}`
        report('no-such-file', 'error', message, 'Correct inventory: in netlatch.yaml.')
      }
      continue
    }
    const pattern = source
    const shown = displayPath(workspace.folder, pattern)
    const isPattern = /[*?[{]/.test(shown)
    const paths = isPattern ? await reader.glob(pattern) : [pattern]
    if (paths.length === 0) report('no-such-file', 'warning', `no file matches ${shown}`, 'Correct inventory:.')
    for (const path of paths) {
      if (files.has(path)) continue
      try {
        const text = await reader.readText(path)
        files.set(path, { ...parseYaml(text, displayPath(workspace.folder, path)), path })
      } catch (error) {
        if (!(error instanceof NetlatchError)) throw error
        const name = displayPath(workspace.folder, path)
        if (isMissingFile(error))
          report(
            'no-such-file',
            'error',
            `inventory file ${name} is not there`,
            'Correct inventory:, or make the file: netlatch init',
          )
        else
          problems.push({
            code: 'unreadable-file',
            severity: 'error',
            message: `inventory file ${name} ${whatIsWrong(error)}`,
            advice: error.advice ?? 'Check the file.',
            at: { file: name, line: 1, column: 1 },
          })
      }
    }
  }
  const inventory = buildInventory([...files.values()], declaredNames(workspace), options)
  return { ...inventory, problems: [...problems, ...inventory.problems] }
}

/** A realm or jump host with a mistake of its own still has a name: one mistake, one problem. */
export function declaredNames({ settings, source }: Workspace): DeclaredNames {
  const hops = nodeAt(source?.root, ['jump_hosts'])
  return {
    realms: Object.keys(settings.realms),
    jumpHosts: hops?.kind === 'map' ? [...hops.entries.keys()] : Object.keys(settings.jumpHosts),
  }
}

function originOfSource(workspace: Workspace, index: number): Origin {
  const given = workspace.settings.inventory[index] ?? ''
  const path = typeof given === 'string' ? given : given.path
  if (!workspace.source) return { file: displayPath(workspace.folder, path), line: 1, column: 1 }
  return originOf(workspace.source, ['inventory', index])
}

function whatIsWrong(error: NetlatchError): string {
  return /: ([^:]+)\.$/.exec(error.message)?.[1] ?? 'cannot be read'
}
