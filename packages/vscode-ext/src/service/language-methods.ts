import { type CoverageKey, type DeviceResult, findForeignInventories, type InventoryEdit } from '@netlatch/core'
import { coverageDocument } from '../annotate/documents.ts'
import type { TypingContext } from '../annotate/yaml-context.ts'
import { type AnnotationSettings, deviceOfLine, findingsOf, inlineLines, lensesOf } from './annotation-methods.ts'
import { type FileKind, fileKind, schemaText } from './file-view.ts'
import type { Grouping } from './groupings.ts'
import { hoverAt } from './hover-methods.ts'
import { type EditorText, type LanguageSettings, LanguageWorkspace } from './language-workspace.ts'
import { completeAt, nameAt, outlineOf, type Place, placesOf, planEdits, renameAt } from './name-methods.ts'
import { coverageView, credentialEntries, deviceGroups, type GroupSlice, groupDevices, totals } from './tree-methods.ts'

/** Sent to the editor's side when something it shows is out of date. */
export interface ChangedNotice {
  readonly type: 'changed'
  readonly folder: string
}

/** How often other programs' writes are looked for. */
const lookEveryMs = 1_000

interface In {
  readonly folder: string
}
interface WithSettings extends In {
  readonly settings: AnnotationSettings
}

/** What the editor asks about files and results: nothing here connects, and nothing unlocks the vault. */
export function languageMethods(notify: (notice: ChangedNotice) => void) {
  const workspaces = new Map<string, LanguageWorkspace>()
  const of = ({ folder }: In): LanguageWorkspace => {
    const workspace = workspaces.get(folder)
    if (!workspace) throw new Error(`${folder} is not open`)
    return workspace
  }
  const looking = setInterval(() => {
    for (const workspace of workspaces.values())
      void workspace.refresh().then(
        (isNew) => isNew && notify({ type: 'changed', folder: workspace.folder }),
        // A busy database is asked again in a second.
        () => undefined,
      )
  }, lookEveryMs)
  looking.unref()

  return {
    /** Reads the workspace of a folder; undefined where there is none. */
    async open({ folder, ...settings }: In & LanguageSettings) {
      await workspaces.get(folder)?.[Symbol.asyncDispose]()
      workspaces.delete(folder)
      const workspace = new LanguageWorkspace(folder, settings)
      const netlatch = await workspace.files().catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'WORKSPACE_MISSING') return undefined
        throw error
      })
      if (!netlatch) return undefined
      workspaces.set(folder, workspace)
      return describe(workspace)
    },
    async close({ folder }: In) {
      const workspace = workspaces.get(folder)
      workspaces.delete(folder)
      await workspace?.[Symbol.asyncDispose]()
    },
    async closeAll(_: object) {
      clearInterval(looking)
      await Promise.all([...workspaces.values()].map((workspace) => workspace[Symbol.asyncDispose]()))
      workspaces.clear()
    },
    /** Files on the disk changed. */
    async reload(params: In) {
      await of(params).reload()
      return describe(of(params))
    },
    async setText({ text, ...params }: In & { readonly text: EditorText }) {
      await of(params).setText(text.path, text)
    },
    async dropText({ path, ...params }: In & { readonly path: string }) {
      await of(params).setText(path, undefined)
    },
    async inline({
      path,
      first,
      last,
      settings,
      ...params
    }: WithSettings & { path: string; first: number; last: number }) {
      const workspace = of(params)
      const lines = await inlineLines(workspace, { path, first, last }, settings)
      return { lines, version: workspace.versionOf(path) }
    },
    async lenses({ path, settings, ...params }: WithSettings & { path: string }) {
      const workspace = of(params)
      return { lenses: await lensesOf(workspace, path, settings), version: workspace.versionOf(path) }
    },
    findings: ({ settings, ...params }: WithSettings) => findingsOf(of(params), settings),
    hover: ({ at, settings, ...params }: WithSettings & { at: Place }) => hoverAt(of(params), at, settings),
    deviceAt: ({ path, line, ...params }: In & { path: string; line: number }) => deviceOfLine(of(params), path, line),
    complete: (params: In & { path: string; context: TypingContext; withSchema: boolean }) =>
      completeAt(of(params), params),
    /** For another YAML extension. */
    schema: async ({ kind }: { readonly kind: FileKind }) => schemaText(kind),
    places: ({ at, ...params }: In & { at: Place }) => placesOf(of(params), at),
    nameAt: ({ at, ...params }: In & { at: Place }) => nameAt(of(params), at),
    rename: ({ at, to, ...params }: In & { at: Place; to: string }) => renameAt(of(params), at, to),
    outline: ({ path, ...params }: In & { path: string }) => outlineOf(of(params), path),
    edits: ({ edits, ...params }: In & { edits: readonly InventoryEdit[] }) => planEdits(of(params), edits),
    groups: ({ by, ...params }: In & { by: Grouping }) => deviceGroups(of(params), by),
    groupDevices: ({ folder, ...slice }: WithSettings & GroupSlice) => groupDevices(of({ folder }), slice),
    totals: (params: In) => totals(of(params)),
    credentials: (params: In) => credentialEntries(of(params)),
    /** Credentials that are used nowhere until they are changed or released. */
    async quarantined(params: In) {
      return [...of(params).standing.quarantined].map(([credential, since]) => ({ credential, since }))
    },
    /** What is there already, of what people begin with. */
    async milestones(params: In) {
      const { standing } = of(params)
      const { credentials, hostKeys } = await of(params).files()
      const { keyLines } = await hostKeys()
      return {
        hasCredential: credentials.length > 0,
        hasHostKeys: keyLines.length > 0,
        hasResults: standing.records.size > 0,
        hasBackups: standing.backups.size > 0,
      }
    },
    /** Of a folder that is no workspace. */
    foundInventories: ({ folder }: In) => findForeignInventories(folder),
    coverage: ({ by, settings, ...params }: WithSettings & { by: CoverageKey }) =>
      coverageView(of(params), { by, settings }),
    async coverageText({ format, settings, ...params }: WithSettings & { format: 'markdown' | 'json' }) {
      const view = await coverageView(of(params), { by: 'site', settings })
      if (!view) throw new Error('Nothing was tested yet: there is no coverage to write.')
      const { coverage, health, now } = view
      return format === 'markdown'
        ? coverageDocument(coverage, health, now)
        : `${JSON.stringify({ schema: 'netlatch/1', type: 'coverage', at: now, ...coverage, health }, null, 2)}\n`
    },
    async devices(params: In) {
      const workspace = of(params)
      const { inventory } = await workspace.files()
      return inventory.devices.map(({ name, hosts, platform, site, status, origin }) => ({
        name,
        host: hosts[0] ?? '',
        platform,
        site: site ?? '',
        status,
        path: workspace.pathOf(origin.file),
        line: origin.line,
      }))
    },
    /** What runs now, and what came out: shown before the state says it. */
    async live({ running, results, ...params }: In & { running: readonly string[]; results: readonly DeviceResult[] }) {
      const workspace = of(params)
      workspace.running.clear()
      for (const name of running) workspace.running.add(name)
      for (const result of results) workspace.live.set(result.device, result)
      // What is remembered of them is read at once; a busy database is asked again in a second.
      if (results.length > 0) await workspace.refresh().catch(() => undefined)
    },
  }
}

export type LanguageMethods = ReturnType<typeof languageMethods>

async function describe(workspace: LanguageWorkspace) {
  const netlatch = await workspace.files()
  const { inventory, workspace: location, vaultFile } = netlatch
  const { settings } = location
  return {
    root: location.folder,
    files: [
      ...inventory.files.map(({ path }) => path),
      ...(location.file ? [location.file] : []),
      vaultFile?.path ?? settings.credentials,
    ].map((path) => {
      const kind = fileKind(netlatch, path)
      return { path, ...(kind && { kind }) }
    }),
    watched: [settings.credentials, settings.knownHosts],
    hasVault: vaultFile !== undefined,
    devices: inventory.devices.length,
    tags: [...new Set(inventory.devices.flatMap(({ tags }) => tags))].sort(),
  }
}

export type OpenedWorkspace = NonNullable<Awaited<ReturnType<LanguageMethods['open']>>>
