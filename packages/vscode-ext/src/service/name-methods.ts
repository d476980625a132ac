import {
  type FileChange,
  type InventoryEdit,
  listNames,
  type NamePlace,
  namePlaces,
  planInventoryEdits,
  planRename,
} from '@netlatch/core'
import { type CompletionEntry, completions, type NamesByKind } from '../annotate/completion.ts'
import { type OutlineEntry, outline } from '../annotate/outline.ts'
import type { TypingContext } from '../annotate/yaml-context.ts'
import { fileKind, schemaOf } from './file-view.ts'
import type { LanguageWorkspace } from './language-workspace.ts'

export interface Place {
  readonly path: string
  readonly line: number
  readonly column: number
}

/** What can be typed at a place of a text that nobody has parsed yet. */
export async function completeAt(
  workspace: LanguageWorkspace,
  { path, context, withSchema }: { path: string; context: TypingContext; withSchema: boolean },
): Promise<readonly CompletionEntry[]> {
  const netlatch = await workspace.files()
  const kind = fileKind(netlatch, path)
  if (!kind) return []
  return completions(context, { schema: schemaOf(kind), names: await namesOf(workspace), withSchema })
}

async function namesOf(workspace: LanguageWorkspace): Promise<NamesByKind> {
  const netlatch = await workspace.files()
  const { inventory, credentials, workspace: location } = netlatch
  const { devices } = inventory
  const distinct = (names: readonly (string | undefined)[]) => [...new Set(names)].flatMap((name) => name ?? []).sort()
  return {
    device: distinct(devices.map(({ name }) => name)),
    group: [...inventory.groups.keys()],
    tag: distinct([...devices.flatMap(({ tags }) => tags), ...credentials.flatMap(({ tags }) => tags)]),
    site: distinct(devices.map(({ site }) => site)),
    role: distinct(devices.map(({ role }) => role)),
    platform: [...(await listNames('platform', { cwd: workspace.folder, env: {} })), 'autodetect'],
    credential: credentials.map(({ name }) => name),
    realm: Object.keys(location.settings.realms),
    'jump-host': Object.keys(location.settings.jumpHosts),
  }
}

async function placeAt(workspace: LanguageWorkspace, { path, line, column }: Place): Promise<NamePlace | undefined> {
  return namePlaces(await workspace.files()).find(
    ({ path: file, at, length }) =>
      file === path && at.line === line && column >= at.column && column <= at.column + length,
  )
}

/** Where the name at a place is defined, or stands at all: definitions first. */
export async function placesOf(workspace: LanguageWorkspace, at: Place): Promise<readonly NamePlace[]> {
  const found = await placeAt(workspace, at)
  if (!found) return []
  return namePlaces(await workspace.files())
    .filter(({ kind, name }) => kind === found.kind && name === found.name)
    .toSorted((a, b) => Number(b.isDefinition) - Number(a.isDefinition))
}

/** The name at a place, when it can be renamed. */
export async function nameAt(workspace: LanguageWorkspace, at: Place): Promise<NamePlace | undefined> {
  const found = await placeAt(workspace, at)
  return found && ['device', 'group', 'tag', 'site', 'role'].includes(found.kind) ? found : undefined
}

export interface Renaming {
  readonly changes: readonly FileChange[]
  /** Credentials whose sealed records say the name. */
  readonly credentials: readonly string[]
  readonly from: string
  readonly kind: NamePlace['kind']
}

export async function renameAt(workspace: LanguageWorkspace, at: Place, to: string): Promise<Renaming | undefined> {
  const found = await nameAt(workspace, at)
  return (
    found && { ...planRename(await workspace.files(), found.kind, found.name, to), from: found.name, kind: found.kind }
  )
}

/** How files change by edits; nothing is written. */
export async function planEdits(
  workspace: LanguageWorkspace,
  edits: readonly InventoryEdit[],
): Promise<readonly FileChange[]> {
  return planInventoryEdits(await workspace.files(), edits)
}

export async function outlineOf(workspace: LanguageWorkspace, path: string): Promise<readonly OutlineEntry[]> {
  return outline(namePlaces(await workspace.files()).filter((place) => place.path === path && place.isDefinition))
}
