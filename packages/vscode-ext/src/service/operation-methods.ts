import { dirname, join } from 'node:path'
import { createWorkspace, type FoundInventory, importInventory, openNetlatch, writeInventory } from '@netlatch/core'
import { importDocument } from '../annotate/documents.ts'
import { deviceMethods } from './device-methods.ts'
import { discoveryMethods } from './discovery-methods.ts'
import type { In } from './operation-scope.ts'
import { OperationWorkspace, type UnlockWith } from './operation-workspace.ts'
import { vaultMethods } from './vault-methods.ts'

/** What connects, decides or opens the vault. Results are emitted one by one as they are there. */
export function operationMethods() {
  const workspaces = new Map<string, OperationWorkspace>()
  const of = ({ folder, workspaceFolder }: In): OperationWorkspace => {
    const known = workspaces.get(folder) ?? new OperationWorkspace(folder, workspaceFolder)
    workspaces.set(folder, known)
    return known
  }

  return {
    unlock: ({ keys, ...params }: In & { readonly keys: UnlockWith }) => of(params).unlock(keys),
    async lock(params: In) {
      of(params).lock()
    },
    async filesChanged({ folder }: In) {
      workspaces.get(folder)?.filesChanged()
    },
    async isBusy({ folder }: In) {
      return workspaces.get(folder)?.isBusy ?? false
    },
    async closeAll(_: object) {
      await Promise.all([...workspaces.values()].map((workspace) => workspace[Symbol.asyncDispose]()))
    },

    createWorkspace: ({ folder }: In) => createWorkspace(folder),
    /** A workspace of another tool's inventory: read in place, or with `into` imported. */
    async adoptInventory({
      folder,
      inventory,
      into,
    }: In & { readonly inventory: FoundInventory; readonly into: boolean }) {
      const { format, path, file, devices } = inventory
      if (!into) {
        await createWorkspace(folder, { inventory: { format, path } })
        return { file, devices, document: '' }
      }
      await createWorkspace(folder, { examples: false })
      await using netlatch = await openNetlatch({ cwd: folder, env: process.env, program: 'vscode' })
      const from = { path: format === 'nornir' ? dirname(file) : file }
      const report = await importInventory(netlatch, { source: format, from })
      await writeInventory(netlatch, report)
      const document = report.notes.length > 0 ? importDocument(path, report.devices, report.notes) : ''
      return { file: join(netlatch.workspace.folder, report.file), devices: report.devices, document }
    },
    ...discoveryMethods(of),
    ...deviceMethods(of),
    ...vaultMethods(of),
  }
}

export type OperationMethods = ReturnType<typeof operationMethods>
