import * as vscode from 'vscode'
import type { App } from '../app.ts'
import { annotationSettings } from '../settings.ts'
import { whereOf } from './logins.ts'

/** Which devices get other credentials by the edits since a commit. */
export async function showChangesSince(app: App, given: unknown): Promise<void> {
  const folder = await app.folders.choose()
  if (!folder) return
  const revision =
    typeof given === 'string'
      ? given
      : await vscode.window.showInputBox({
          title: 'Show credential changes since',
          value: 'HEAD',
          prompt: 'A commit, a branch, or a range as origin/main...HEAD',
        })
  if (!revision) return
  const document = await app.services.operations.call('changesSince', { ...whereOf(folder), revision })
  await app.documents.show(`Credential changes since ${revision}`, document, { language: 'markdown' })
}

/** Writes the coverage as Markdown or JSON, by the file's ending. */
export async function exportCoverage(app: App, given: unknown): Promise<void> {
  const folder = await app.folders.choose()
  if (!folder) return
  const uri =
    given instanceof vscode.Uri
      ? given
      : await vscode.window.showSaveDialog({
          defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder.root), 'coverage.md'),
          filters: { Markdown: ['md'], JSON: ['json'] },
        })
  if (!uri) return
  const text = await app.services.language.call('coverageText', {
    folder: folder.folder,
    format: uri.path.endsWith('.json') ? 'json' : 'markdown',
    settings: annotationSettings(),
  })
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text))
  await vscode.window.showTextDocument(uri)
}

/** Looks at all files of all folders, and opens Problems. */
export async function checkInventory(app: App, check: () => Promise<number>): Promise<void> {
  const found = await check()
  app.log.info(`Checked the inventory: ${found} findings`)
  await vscode.commands.executeCommand('workbench.actions.view.problems')
}

export async function goToDevice(app: App, given: unknown): Promise<void> {
  const all = await Promise.all(
    app.folders.all.map(async (folder) => app.services.language.call('devices', { folder: folder.folder })),
  )
  const devices = all.flat()
  const name =
    typeof given === 'string'
      ? given
      : (
          await vscode.window.showQuickPick(
            devices.map((device) => ({
              label: device.name,
              description: [device.host, device.platform, device.site].filter(Boolean).join(' · '),
            })),
            { placeHolder: 'Go to device', matchOnDescription: true },
          )
        )?.label
  const device = devices.find((each) => each.name === name)
  if (device) await reveal(device.path, device.line)
}

export async function reveal(path: string, line: number): Promise<void> {
  const at = new vscode.Position(line - 1, 0)
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(at, at) })
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}
