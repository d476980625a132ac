import * as vscode from 'vscode'
import type { CommandTarget } from '../actions/targets.ts'
import type { Folder, Folders } from '../folders.ts'
import type { Grouping } from '../service/groupings.ts'
import type { DeviceEntry, DeviceGroup } from '../service/tree-methods.ts'
import type { Services } from '../services.ts'
import { annotationSettings } from '../settings.ts'

export type DeviceNode =
  | { readonly kind: 'folder'; readonly folder: Folder }
  /** The first step where nothing was tested yet. */
  | { readonly kind: 'plan'; readonly target: CommandTarget }
  | { readonly kind: 'group'; readonly folder: Folder; readonly group: DeviceGroup }
  /** Some of a large group. */
  | { readonly kind: 'slice'; readonly folder: Folder; readonly group: DeviceGroup; readonly first: number }
  | { readonly kind: 'device'; readonly folder: Folder; readonly entry: DeviceEntry; readonly target: CommandTarget }

const icons: Readonly<Record<DeviceEntry['state'], vscode.ThemeIcon>> = {
  opened: new vscode.ThemeIcon('pass', new vscode.ThemeColor('netlatch.inlineDimForeground')),
  attention: new vscode.ThemeIcon('warning', new vscode.ThemeColor('netlatch.inlineWarningForeground')),
  untested: new vscode.ThemeIcon('circle-outline'),
  running: new vscode.ThemeIcon('sync~spin'),
  skipped: new vscode.ThemeIcon('circle-slash'),
}

/** More devices than this are shown in slices, each asked for when it is opened. */
const sliceLength = 500
const groupingKey = 'netlatch.grouping'

/** Devices by result, site, platform or tag; each level is asked for when it is opened. */
export class DevicesView implements vscode.TreeDataProvider<DeviceNode>, vscode.Disposable {
  readonly view: vscode.TreeView<DeviceNode>
  readonly #services: Services
  readonly #folders: Folders
  readonly #memento: vscode.Memento
  readonly #changed = new vscode.EventEmitter<void>()
  readonly #subscriptions: vscode.Disposable[]

  constructor(services: Services, folders: Folders, memento: vscode.Memento) {
    this.#services = services
    this.#folders = folders
    this.#memento = memento
    this.view = vscode.window.createTreeView('netlatch.devices', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    })
    const refresh = () => void this.#refresh()
    this.#subscriptions = [this.view, this.#changed, folders.onDidChange(refresh), folders.onDidClose(refresh)]
  }

  get onDidChangeTreeData(): vscode.Event<void> {
    return this.#changed.event
  }

  get grouping(): Grouping {
    return this.#memento.get<Grouping>(groupingKey, 'result')
  }

  async groupBy(grouping: Grouping): Promise<void> {
    await this.#memento.update(groupingKey, grouping)
    this.#changed.fire()
  }

  async #refresh(): Promise<void> {
    this.#changed.fire()
    const totals = await Promise.all(
      this.#folders.all.map(({ folder }) => this.#services.language.call('totals', { folder })),
    ).catch(() => [])
    const attention = totals.reduce((sum, each) => sum + each.attention, 0)
    const devices = totals.reduce((sum, each) => sum + each.devices, 0)
    const tested = totals.reduce((sum, each) => sum + each.opened + each.attention, 0)
    const tooltip = `${attention} device${attention === 1 ? '' : 's'} need${attention === 1 ? 's' : ''} attention`
    this.view.badge = attention > 0 ? { value: attention, tooltip } : undefined
    this.view.message =
      devices > 0 && tested === 0 && vscode.workspace.isTrusted
        ? `${devices.toLocaleString('en-US')} devices, none tested yet. Nothing connects until you say so.`
        : undefined
  }

  async getChildren(node?: DeviceNode): Promise<DeviceNode[]> {
    if (!node) {
      const { all } = this.#folders
      if (all.length > 1) return all.map((folder) => ({ kind: 'folder', folder }))
      const [folder] = all
      return folder ? this.#groups(folder) : []
    }
    if (node.kind === 'folder') return this.#groups(node.folder)
    if (node.kind === 'slice') return this.#devices(node.folder, node.group, node.first)
    if (node.kind !== 'group') return []
    const { folder, group } = node
    if (group.devices <= sliceLength) return this.#devices(folder, group, 0)
    const slices = Array.from({ length: Math.ceil(group.devices / sliceLength) }, (_, index) => index * sliceLength)
    return slices.map((first) => ({ kind: 'slice', folder, group, first }))
  }

  async #groups(folder: Folder): Promise<DeviceNode[]> {
    const where = { folder: folder.folder }
    const [groups, totals] = await Promise.all([
      this.#services.language.call('groups', { ...where, by: this.grouping }),
      this.#services.language.call('totals', where),
    ])
    const isUntested = totals.devices > 0 && totals.opened + totals.attention === 0
    const target = { ...where, selection: 'all' }
    return [
      ...(isUntested && vscode.workspace.isTrusted ? [{ kind: 'plan' as const, target }] : []),
      ...groups.map((group) => ({ kind: 'group' as const, folder, group })),
    ]
  }

  async #devices(folder: Folder, { name: group }: DeviceGroup, first: number): Promise<DeviceNode[]> {
    const slice = { by: this.grouping, group, first, most: sliceLength }
    const params = { folder: folder.folder, ...slice, settings: annotationSettings() }
    const entries = await this.#services.language.call('groupDevices', params)
    return entries.map((entry) => ({
      kind: 'device',
      folder,
      entry,
      target: { folder: folder.folder, devices: [entry.name] },
    }))
  }

  getTreeItem(node: DeviceNode): vscode.TreeItem {
    if (node.kind === 'folder') {
      const item = new vscode.TreeItem(node.folder.name, vscode.TreeItemCollapsibleState.Expanded)
      item.contextValue = 'folder'
      return item
    }
    if (node.kind === 'plan') {
      const item = new vscode.TreeItem('Show Discovery Plan')
      item.iconPath = new vscode.ThemeIcon('checklist')
      item.contextValue = 'plan'
      item.command = { title: 'Show', command: 'netlatch.planDiscovery', arguments: [node.target] }
      return item
    }
    if (node.kind === 'slice') {
      const { first, group } = node
      const last = Math.min(first + sliceLength, group.devices)
      const label = `${(first + 1).toLocaleString('en-US')} – ${last.toLocaleString('en-US')}`
      return new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed)
    }
    if (node.kind === 'group') {
      const { group } = node
      const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState
      const item = new vscode.TreeItem(group.name, group.needsAttention && group.devices <= 50 ? Expanded : Collapsed)
      item.description = group.devices.toLocaleString('en-US')
      item.contextValue = 'group'
      return item
    }
    const { name, description, state, path, line } = node.entry
    const item = new vscode.TreeItem(name)
    item.description = description
    item.iconPath = icons[state]
    item.contextValue = state === 'skipped' ? 'device.skipped' : 'device'
    item.command = { title: 'Show', command: 'netlatch.reveal', arguments: [path, line] }
    item.accessibilityInformation = { label: `${name}, ${description}` }
    return item
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}
