import * as vscode from 'vscode'
import type { CommandTarget } from '../actions/targets.ts'
import type { Folder, Folders } from '../folders.ts'
import type { CredentialEntry } from '../service/tree-methods.ts'
import type { Services } from '../services.ts'

export type CredentialNode =
  | { readonly kind: 'credential'; readonly entry: CredentialEntry; readonly target: CommandTarget }
  | { readonly kind: 'fact'; readonly label: string; readonly description: string; readonly icon: string }

/** The vault's public part: names and where they apply, never a secret. */
export class CredentialsView implements vscode.TreeDataProvider<CredentialNode>, vscode.Disposable {
  readonly view: vscode.TreeView<CredentialNode>
  readonly #services: Services
  readonly #folders: Folders
  readonly #changed = new vscode.EventEmitter<void>()
  readonly #subscriptions: vscode.Disposable[]

  constructor(services: Services, folders: Folders) {
    this.#services = services
    this.#folders = folders
    this.view = vscode.window.createTreeView('netlatch.credentials', { treeDataProvider: this })
    const changed = () => this.#changed.fire()
    this.#subscriptions = [this.view, this.#changed, folders.onDidChange(changed), folders.onDidClose(changed)]
  }

  get onDidChangeTreeData(): vscode.Event<void> {
    return this.#changed.event
  }

  async getChildren(node?: CredentialNode): Promise<CredentialNode[]> {
    if (node) return node.kind === 'credential' ? facts(node.entry) : []
    const lists = await Promise.all(this.#folders.all.map((folder) => this.#entries(folder)))
    return lists.flat()
  }

  async #entries({ folder }: Folder): Promise<CredentialNode[]> {
    const entries = await this.#services.language.call('credentials', { folder })
    return entries.map((entry) => ({ kind: 'credential', entry, target: { folder, credential: entry.name } }))
  }

  getTreeItem(node: CredentialNode): vscode.TreeItem {
    if (node.kind === 'fact') {
      const item = new vscode.TreeItem(node.label)
      item.description = node.description
      item.iconPath = new vscode.ThemeIcon(node.icon)
      return item
    }
    const { name, opens, realm, findings, path, line } = node.entry
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed)
    item.description = [`opens ${opens.toLocaleString('en-US')}`, ...(realm ? [realm] : [])].join(' · ')
    const isQuarantined = findings.some(({ kind }) => kind === 'quarantined')
    item.contextValue = isQuarantined ? 'credential.quarantined' : 'credential'
    item.iconPath = new vscode.ThemeIcon(findings.length > 0 ? 'warning' : 'key')
    item.tooltip = findings.map(({ text }) => text).join('\n') || 'good'
    item.command = { title: 'Show', command: 'netlatch.reveal', arguments: [path, line] }
    return item
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}

function facts({ username, tags, hosts, applies, findings }: CredentialEntry): CredentialNode[] {
  const fact = (icon: string, label: string, description: string): CredentialNode => ({
    kind: 'fact',
    icon,
    label,
    description,
  })
  return [
    fact('account', 'Username', username),
    ...(tags.length > 0 ? [fact('tag', 'Tags', tags.join(', '))] : []),
    fact('globe', 'May be sent to', hosts.join(', ')),
    fact('server', 'Applies to', `${applies.toLocaleString('en-US')} devices`),
    ...findings.map(({ text }) => fact('warning', text, '')),
  ]
}
