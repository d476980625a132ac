import * as vscode from 'vscode'
import type { Folders } from '../folders.ts'
import type { Services } from '../services.ts'
import { annotationSettings } from '../settings.ts'

/** What a hover may run; everything else in it is text. */
const allowed = ['testLogin', 'doctor', 'explain', 'openTerminal', 'diffLastBackup', 'backup', 'trustHostKey'].map(
  (command) => `netlatch.${command}`,
)

export class Hovers implements vscode.HoverProvider {
  readonly #services: Services
  readonly #folders: Folders

  constructor(services: Services, folders: Folders) {
    this.#services = services
    this.#folders = folders
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const folder = this.#folders.ofDocument(document)
    if (!folder) return undefined
    const at = { path: document.uri.fsPath, line: position.line + 1, column: position.character + 1 }
    const settings = annotationSettings(document.uri)
    const found = await this.#services.language.call('hover', { folder: folder.folder, at, settings })
    if (!found) return undefined
    const text = new vscode.MarkdownString()
    text.isTrusted = { enabledCommands: allowed }
    for (const line of found.lines) text.appendMarkdown(line === '' ? '\n\n' : `${plain(line)}  \n`)
    const links = found.links.map(({ title, command, target }) => {
      const query = encodeURIComponent(JSON.stringify([{ folder: folder.folder, ...target }]))
      return `[${title}](command:${command}?${query})`
    })
    if (links.length > 0) text.appendMarkdown(`\n\n${links.join(' · ')}`)
    return new vscode.Hover(text)
  }
}

/** Text of files and devices as text: nothing in it is a link, a command or HTML. It still wraps, as `appendText` would not let it. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!~|<>&:/@]/g, '\\$&')
}
