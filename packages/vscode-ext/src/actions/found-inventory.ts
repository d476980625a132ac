import type { FoundInventory } from '@netlatch/core'
import * as vscode from 'vscode'
import type { App } from '../app.ts'
import { reveal } from './reports.ts'

const titles: Readonly<Record<FoundInventory['format'], string>> = { nornir: 'Nornir', ansible: 'Ansible' }

/** Inventories of other tools in the folders of the window that are no workspace yet. */
async function findInventories({ folders, services }: App) {
  if (!vscode.workspace.isTrusted) return []
  const others = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => uri.scheme === 'file' && !folders.get(uri.fsPath),
  )
  const lists = await Promise.all(
    others.map(async ({ uri: { fsPath: folder } }) => {
      const found = await services.language.call('foundInventories', { folder })
      return found.map((inventory) => ({ folder, inventory }))
    }),
  )
  return lists.flat()
}

/** Keeps `netlatch.foundInventory` for the welcome of the Devices view. It is looked for when somebody looks there, not before. */
export function offerInventories(app: App, view: vscode.TreeView<unknown>): vscode.Disposable {
  const look = async () => {
    if (!view.visible || app.folders.all.length > 0) return
    const found = await findInventories(app)
    await vscode.commands.executeCommand('setContext', 'netlatch.foundInventory', found.length > 0)
  }
  const lookNow = () => {
    look().catch((error: unknown) => app.log.error(`Looking for inventories: ${String(error)}`))
  }
  lookNow()
  return vscode.Disposable.from(
    view.onDidChangeVisibility(lookNow),
    vscode.workspace.onDidChangeWorkspaceFolders(lookNow),
    vscode.workspace.onDidGrantWorkspaceTrust(lookNow),
  )
}

/** Makes a workspace of an inventory that is there: read in place, or imported into one of our own. */
export async function useInventory(app: App): Promise<void> {
  const found = await findInventories(app)
  if (found.length === 0) {
    void vscode.window.showInformationMessage(
      'No inventory of Nornir, or of Ansible in YAML, is in this folder. Others: netlatch inventory import.',
    )
    return
  }
  const items = found.flatMap(({ folder, inventory }) => {
    const { format, file, devices } = inventory
    const name = vscode.workspace.asRelativePath(file)
    const description = `${titles[format]}, ${devices.toLocaleString('en-US')} device${devices === 1 ? '' : 's'}`
    return [
      { label: `Use ${name} in Place`, description, detail: 'Read where it is, never written to', into: false },
      { label: `Import ${name}`, description, detail: 'Into an inventory.yaml of its own, yours to edit', into: true },
    ].map((item) => ({ ...item, folder, inventory }))
  })
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Where the devices are' })
  if (!picked) return
  const { folder, inventory, into } = picked
  const made = await app.services.operations.call('adoptInventory', { folder, inventory, into })
  await app.folders.openAll()
  app.log.info(`${into ? 'Imported' : 'Uses'} ${inventory.file}: ${made.devices} devices`)
  await reveal(made.file, 1)
  if (made.document === '') return
  const text = `${made.devices.toLocaleString('en-US')} devices imported; some entries could not be taken as they are.`
  void vscode.window.showInformationMessage(text, 'Show').then((show) => {
    if (show) return app.documents.show('Import', made.document, { language: 'markdown' })
  })
}
