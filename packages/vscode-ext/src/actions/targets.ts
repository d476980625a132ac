import * as vscode from 'vscode'
import type { App } from '../app.ts'
import type { Folder } from '../folders.ts'
import type { Chosen } from '../service/operation-scope.ts'

/** What lenses, links, trees and tests hand to commands. */
export interface CommandTarget extends Chosen {
  readonly folder?: string
  readonly credential?: string
}

export interface ChosenTarget {
  readonly folder: Folder
  readonly target: Chosen
  /** The names, where they are known before. */
  readonly names: readonly string[]
}

/** The devices that a command is about: given, else under the cursors, else picked by a person. */
export async function chooseTarget(app: App, given: unknown, others?: unknown): Promise<ChosenTarget | undefined> {
  const told = targetOf(given)
  if (told.devices || told.selection !== undefined) {
    const folder = await folderOf(app, told)
    if (!folder) return undefined
    const selected = Array.isArray(others) ? others.flatMap((each) => targetOf(each).devices ?? []) : []
    const devices = selected.length > 0 ? selected : told.devices
    const target = devices ? { devices } : { selection: told.selection ?? 'all' }
    return { folder, target, names: devices ?? [] }
  }
  const editor = vscode.window.activeTextEditor
  const own = app.folders.ofDocument(editor?.document)
  if (own && editor) {
    const names = await devicesUnder(app, own, editor)
    if (names.length > 0) return { folder: own, target: { devices: names }, names }
  }
  return pickDevices(app, await folderOf(app, told))
}

/** The one device that a command is about. */
export async function chooseDevice(app: App, given: unknown): Promise<{ folder: Folder; device: string } | undefined> {
  const told = targetOf(given)
  const [device] = told.devices ?? []
  const folder = await folderOf(app, told)
  if (!folder) return undefined
  if (device !== undefined) return { folder, device }
  const editor = vscode.window.activeTextEditor
  if (editor && app.folders.ofDocument(editor.document) === folder) {
    const [under] = await devicesUnder(app, folder, editor)
    if (under !== undefined) return { folder, device: under }
  }
  const picked = await pick(app, folder, false)
  return picked?.[0] === undefined ? undefined : { folder, device: picked[0] }
}

export async function chooseCredential(
  app: App,
  given: unknown,
): Promise<{ folder: Folder; credential: string } | undefined> {
  const told = targetOf(given)
  const folder = await folderOf(app, told)
  if (!folder) return undefined
  if (told.credential !== undefined) return { folder, credential: told.credential }
  const entries = await app.services.language.call('credentials', { folder: folder.folder })
  const picked = await vscode.window.showQuickPick(
    entries.map(({ name, username, tags }) => ({ label: name, description: `${username} · ${tags.join(', ')}` })),
    { placeHolder: 'Credential' },
  )
  return picked && { folder, credential: picked.label }
}

export function targetOf(given: unknown): CommandTarget {
  if (typeof given !== 'object' || given === null) return {}
  // A view hands over its element, which carries the target.
  if ('target' in given && typeof given.target === 'object' && given.target !== null) return given.target
  return given
}

async function folderOf(app: App, { folder }: CommandTarget): Promise<Folder | undefined> {
  return (folder === undefined ? undefined : app.folders.get(folder)) ?? (await app.folders.choose())
}

async function devicesUnder(app: App, { folder }: Folder, editor: vscode.TextEditor): Promise<readonly string[]> {
  const path = editor.document.uri.fsPath
  await app.folders.settled(editor.document)
  const all = await app.services.language.call('devices', { folder })
  const found = await Promise.all(
    editor.selections.map(async ({ start, end, active }) => {
      if (start.line === end.line) {
        const name = await app.services.language.call('deviceAt', { folder, path, line: active.line + 1 })
        return name === undefined ? [] : [name]
      }
      const isSelected = (line: number) => line - 1 >= start.line && line - 1 <= end.line
      return all.filter((device) => device.path === path && isSelected(device.line)).map(({ name }) => name)
    }),
  )
  return [...new Set(found.flat())]
}

async function pickDevices(app: App, folder: Folder | undefined): Promise<ChosenTarget | undefined> {
  if (!folder) return undefined
  const names = await pick(app, folder, true)
  return names && names.length > 0 ? { folder, target: { devices: names }, names } : undefined
}

async function pick(app: App, { folder }: Folder, canPickMany: boolean): Promise<readonly string[] | undefined> {
  const devices = await app.services.language.call('devices', { folder })
  const items = devices.map(({ name, host, platform, site }) => ({
    label: name,
    description: [host, platform, site].filter(Boolean).join(' · '),
  }))
  if (!canPickMany) {
    const one = await vscode.window.showQuickPick(items, { placeHolder: 'Device', matchOnDescription: true })
    return one && [one.label]
  }
  const many = await vscode.window.showQuickPick(items, {
    placeHolder: 'Devices',
    matchOnDescription: true,
    canPickMany: true,
  })
  return many?.map(({ label }) => label)
}
