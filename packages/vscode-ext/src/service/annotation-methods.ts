import { credentialReach, type Device, deviceBackup, failedTries, type Netlatch, problemFixes } from '@netlatch/core'
import { countDevices, countsText } from '../annotate/counts.ts'
import { type Finding, foldFindings, problemFindings, resultFindings } from '../annotate/diagnostics.ts'
import { type InlineText, inlineResult } from '../annotate/inline-result.ts'
import { credentialLenses, inventoryLenses, type Lens } from '../annotate/lenses.ts'
import { deviceAt, devicesIn, lineOfKey } from './file-view.ts'
import type { LanguageWorkspace } from './language-workspace.ts'

export interface AnnotationSettings {
  readonly staleAfterDays: number
  readonly maxLength: number
  readonly lensDevices: 'all' | 'needsAttention' | 'none'
  readonly problemsOfResults: boolean
  readonly maxPerCause: number
}

export interface InlineLine extends InlineText {
  /** Counts from 1. */
  readonly line: number
}

export interface PlacedFinding extends Finding {
  readonly path: string
  /** Of the editor's text that it was found in; undefined: the disk's. */
  readonly version?: number
  /** One past the last character of the word at the finding. */
  readonly endColumn: number
  readonly relatedPaths: readonly string[]
}

const dayMs = 86_400_000

/** Texts at the end of the lines of a range; both ends count from 1 and belong to it. */
export async function inlineLines(
  workspace: LanguageWorkspace,
  range: { readonly path: string; readonly first: number; readonly last: number },
  settings: AnnotationSettings,
): Promise<readonly InlineLine[]> {
  const netlatch = await workspace.files()
  const { path, first, last } = range
  const file = netlatch.inventory.files.find((each) => each.path === path)
  if (!file) return []
  const isShown = ({ line }: { readonly line: number }) => line >= first && line <= last
  const devices = devicesIn(netlatch, path).filter(({ origin }) => isShown(origin))
  const lines = await Promise.all(
    devices.map(async (device): Promise<readonly InlineLine[]> => {
      const text = await inlineOf(workspace, netlatch, device, settings)
      return text ? [{ line: device.origin.line, ...text }] : []
    }),
  )
  const groups = [...netlatch.inventory.groups.values()].flatMap(({ name, origin }): readonly InlineLine[] => {
    if (origin.file !== file.file || !isShown(origin)) return []
    const members = netlatch.inventory.devices.filter(({ groups }) => groups.includes(name))
    const text = countsText(countDevices(members, workspace.standing.records))
    return text ? [{ line: origin.line, ...text }] : []
  })
  return [...lines.flat(), ...groups]
}

/** What stands at the end of a device's line. */
export async function inlineOf(
  workspace: LanguageWorkspace,
  netlatch: Netlatch,
  device: Device,
  settings: AnnotationSettings,
): Promise<InlineText | undefined> {
  const { standing, live, running, isTrusted } = workspace
  const { name } = device
  const record = standing.records.get(name)
  const secret = netlatch.problems.find(
    ({ code, message }) => code === 'secret-in-inventory' && message.endsWith(`(device ${name})`),
  )
  if (!isTrusted && !secret) return undefined
  return inlineResult(
    device,
    {
      record,
      live: live.get(name),
      isRunning: running.has(name),
      ...(record?.code === 'AUTH_REJECTED' && { tries: await failedTries(netlatch, name) }),
      backup: deviceBackup(device, standing.backups.get(name), standing.held.get(name), { now: netlatch.now() }),
      secretInFile: secret?.message.replace(/^an? | in the inventory.*$/g, ''),
    },
    { now: netlatch.now(), staleAfterMs: settings.staleAfterDays * dayMs, maxLength: settings.maxLength },
  )
}

export async function lensesOf(
  workspace: LanguageWorkspace,
  path: string,
  settings: AnnotationSettings,
): Promise<readonly Lens[]> {
  const netlatch = await workspace.files()
  const { records } = workspace.standing
  const { inventory, credentials, vaultFile } = netlatch
  if (path === vaultFile?.path)
    return credentialLenses(credentials, (credential) => credentialReach(netlatch, credential).inScope.length, records)
  const file = inventory.files.find((each) => each.path === path)
  if (!file) return []
  const groups = [...inventory.groups.values()].filter(({ origin }) => origin.file === file.file)
  const devices = devicesIn(netlatch, path)
  return inventoryLenses({
    file: file.file,
    // Another tool's file has no such key.
    devicesLine: file.foreign ? devices[0]?.origin.line : lineOfKey(netlatch, path, 'devices'),
    groups: groups.map(({ name, origin }) => ({
      name,
      line: origin.line,
      devices: inventory.devices.filter((device) => device.groups.includes(name)),
    })),
    devices,
    all: inventory.devices,
    records,
    show: settings.lensDevices,
  })
}

export async function findingsOf(
  workspace: LanguageWorkspace,
  settings: AnnotationSettings,
): Promise<readonly PlacedFinding[]> {
  const netlatch = await workspace.files()
  const { inventory, problems, workspace: location, vaultFile } = netlatch
  const results = settings.problemsOfResults
    ? resultFindings(inventory.devices, workspace.standing.records, {
        now: netlatch.now(),
        staleAfterMs: settings.staleAfterDays * dayMs,
      })
    : []
  const mistakes = problemFindings(problems, (problem) => problemFixes(netlatch, problem))
  const texts = new Map(
    [location.source, vaultFile?.yaml, ...inventory.files].flatMap((file) => (file ? [[file.file, file.text]] : [])),
  )
  const lines = new Map<string, readonly string[]>()
  const lineOf = (file: string, line: number) => {
    const known = lines.get(file) ?? (texts.get(file) ?? '').split('\n')
    lines.set(file, known)
    return known[line - 1] ?? ''
  }
  return [...mistakes, ...foldFindings(results, settings.maxPerCause)].map((finding) => {
    const { file, line, column } = finding.at
    const [word = ''] = /^(?:"[^"]*"|'[^']*'|[^\s,:#[\]{}]+)/.exec(lineOf(file, line).slice(column - 1)) ?? []
    const path = workspace.pathOf(file)
    const version = workspace.versionOf(path)
    return {
      ...finding,
      path,
      ...(version !== undefined && { version }),
      endColumn: column + Math.max(1, word.length),
      relatedPaths: (finding.related ?? []).map(({ at }) => workspace.pathOf(at.file)),
    }
  })
}

/** The device that a place in a file belongs to. */
export async function deviceOfLine(
  workspace: LanguageWorkspace,
  path: string,
  line: number,
): Promise<string | undefined> {
  return deviceAt(await workspace.files(), path, line)?.name
}
