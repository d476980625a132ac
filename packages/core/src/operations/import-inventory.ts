import { fitImport } from '../inventory/import/fit-import.ts'
import type { ImportRequest } from '../inventory/import/import-port.ts'
import { chooseTarget, type ImportTarget } from '../inventory/import/import-target.ts'
import type { Imported, ImportNote } from '../inventory/import/imported.ts'
import { knowPlatforms } from '../inventory/import/know-platforms.ts'
import { type ImportPlan, type ImportSurroundings, planImport } from '../inventory/import/plan-import.ts'
import { planSync, type SyncPlan } from '../inventory/import/plan-sync.ts'
import { generatedMark, importedHeader } from '../inventory/import/source-titles.ts'
import { withoutExamples } from '../inventory/import/without-examples.ts'
import type { Netlatch } from './netlatch.ts'

export type { ImportRequest } from '../inventory/import/import-port.ts'
export { type ImportNote, type ImportSource, importSources, type NoteKind } from '../inventory/import/imported.ts'
export { type SyncSource, sourceTitles } from '../inventory/import/source-titles.ts'

/** What an import found and what it means for the files. Nothing is written before {@link writeInventory}. */
export interface ImportReport extends ImportPlan {
  /** Relative to the workspace: the file with the devices. */
  readonly file: string
  /** Devices and groups that the source has, those already there included. */
  readonly devices: number
  readonly groups: number
  readonly notes: readonly ImportNote[]
  /** The file that held nothing but the examples of a new workspace, and is empty then. */
  readonly examplesGone?: string
}

export interface SyncReport extends ImportReport, SyncPlan {}

export interface ImportOptions {
  /** The file to write to, relative to the workspace. @default see {@link chooseTarget} */
  readonly into?: string | undefined
}

/** Plans to add the devices of another tool's inventory. What is in the workspace already stays as it is. */
export async function importInventory(
  netlatch: Netlatch,
  request: ImportRequest,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const imported = fit(netlatch, await netlatch.inventories.read(request))
  const header = importedHeader(request.source)
  const target = await chooseTarget(
    { ...netlatch, header: header[0] ?? '', name: request.source, into: options.into },
    netlatch.inventories.readText,
  )
  const plan = planned(netlatch, target, (into) => planImport(into, imported, target, header))
  return { ...plan, ...counts(imported), file: target.file }
}

/** What a generated file is made from. */
export type SyncRequest =
  | { readonly source: 'netbox'; readonly url: string; readonly token: string; readonly filter?: string | undefined }
  | { readonly source: 'ansible'; readonly from: ImportRequest['from'] }

/** Plans a generated file anew from its source, with what people added to it and the source does not know. */
export async function syncInventory(
  netlatch: Netlatch,
  request: SyncRequest & { readonly signal?: AbortSignal | undefined },
  options: ImportOptions = {},
): Promise<SyncReport> {
  const found = await (request.source === 'netbox'
    ? netlatch.inventories.readNetBox(request)
    : netlatch.inventories.read(request))
  const imported = fit(netlatch, found)
  const target = await chooseTarget(
    { ...netlatch, header: generatedMark(request.source), name: request.source, into: options.into, ownFile: true },
    netlatch.inventories.readText,
  )
  const plan = planned(netlatch, target, (into) => planSync(into, imported, target, request.source))
  return { ...plan, ...counts(imported), file: target.file }
}

/** Writes what was planned. Throws FILE_CHANGED when a file is no longer what it was then. */
export async function writeInventory(netlatch: Netlatch, { changes }: Pick<ImportPlan, 'changes'>): Promise<void> {
  await netlatch.inventories.write(changes)
}

function fit(netlatch: Netlatch, imported: Imported): Imported {
  return fitImport(
    knowPlatforms(imported, netlatch.platforms.names),
    netlatch.credentials.map(({ name }) => name),
  )
}

/** The examples of a new workspace go where devices come, in the same writing. */
function planned<P extends ImportPlan>(
  netlatch: Netlatch,
  target: ImportTarget,
  plan: (surroundings: ImportSurroundings) => P,
): P & Pick<ImportReport, 'examplesGone'> {
  const { workspace, platforms, vaultFile } = netlatch
  const { inventory, change } = withoutExamples(netlatch.inventory, target)
  const made = plan({ workspace, inventory, platforms, vaultFile, now: netlatch.now() })
  if (!change || made.changes.length === 0) return made
  return { ...made, changes: [...made.changes, change], examplesGone: change.file }
}

function counts({ devices, groups, notes }: Imported) {
  return { devices: devices.length, groups: groups.length, notes }
}
