import {
  credentialReach,
  type Device,
  deviceBackup,
  explainCandidates,
  failedTries,
  listHostKeys,
  type Netlatch,
  namePlaces,
  problemFixes,
} from '@netlatch/core'
import { describeKey } from '../annotate/completion.ts'
import { countDevices, countsText } from '../annotate/counts.ts'
import { type Finding, foldFindings, problemFindings, resultFindings } from '../annotate/diagnostics.ts'
import { deviceHover, type HoverText, nameHover } from '../annotate/hover.ts'
import { type InlineText, inlineResult } from '../annotate/inline-result.ts'
import { credentialLenses, inventoryLenses, type Lens } from '../annotate/lenses.ts'
import { typingContext } from '../annotate/yaml-context.ts'
import { deviceAt, devicesIn, fileKind, lineOfKey, schemaOf } from './file-view.ts'
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

async function inlineOf(
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
  const file = inventory.files.find((each) => each.path === path && !each.foreign)
  if (!file) return []
  const groups = [...inventory.groups.values()].filter(({ origin }) => origin.file === file.file)
  return inventoryLenses({
    file: file.file,
    devicesLine: lineOfKey(netlatch, path, 'devices'),
    groups: groups.map(({ name, origin }) => ({
      name,
      line: origin.line,
      devices: inventory.devices.filter((device) => device.groups.includes(name)),
    })),
    devices: devicesIn(netlatch, path),
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
    return {
      ...finding,
      path: workspace.pathOf(file),
      endColumn: column + Math.max(1, word.length),
      relatedPaths: (finding.related ?? []).map(({ at }) => workspace.pathOf(at.file)),
    }
  })
}

export async function hoverAt(
  workspace: LanguageWorkspace,
  { path, line, column }: { readonly path: string; readonly line: number; readonly column: number },
  settings: AnnotationSettings,
): Promise<HoverText | undefined> {
  const netlatch = await workspace.files()
  const { inventory, credentials } = netlatch
  const place = namePlaces(netlatch).find(
    (each) =>
      each.path === path && each.at.line === line && column >= each.at.column && column <= each.at.column + each.length,
  )
  if (place?.kind === 'device') {
    const device = inventory.byName.get(place.name)
    return device && hoverOfDevice(workspace, netlatch, device, settings)
  }
  if (place) {
    const has = (device: Device) =>
      ({
        group: device.groups.includes(place.name),
        tag: device.tags.includes(place.name),
        platform: device.platform === place.name,
        site: device.site === place.name,
        role: device.role === place.name,
        realm: device.realm === place.name,
        credential: workspace.standing.records.get(device.name)?.credential === place.name,
        'jump-host': device.jumpHost === place.name,
        device: false,
      })[place.kind]
    return nameHover(place, {
      devices: inventory.devices.filter(has).length,
      credentials:
        place.kind === 'tag' ? credentials.flatMap(({ name, tags }) => (tags.includes(place.name) ? name : [])) : [],
      about: place.kind === 'platform' ? netlatch.platform(place.name)?.title : undefined,
    })
  }
  return keyHover(netlatch, path, line, column)
}

function keyHover(netlatch: Netlatch, path: string, line: number, column: number): HoverText | undefined {
  const kind = fileKind(netlatch, path)
  const { inventory, workspace, vaultFile } = netlatch
  const text =
    inventory.files.find((each) => each.path === path)?.text ??
    (path === workspace.file ? workspace.source?.text : vaultFile?.text)
  if (!kind || text === undefined) return undefined
  const lines = text.split('\n')
  const at = lines[line - 1] ?? ''
  const [key] = /^[\w-]+(?=:)/.exec(at.slice(at.slice(0, column - 1).search(/[\w-]*$/))) ?? []
  if (key === undefined) return undefined
  const offset = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1
  const context = typingContext(text, offset)
  const until = key === 'until' ? daysLeft(at, netlatch.now()) : undefined
  const about = context && describeKey(schemaOf(kind), [...context.path, key])
  const found = [...(about === undefined ? [] : [`${key}: ${about}`]), ...(until === undefined ? [] : [until])]
  return found.length > 0 ? { lines: found, links: [] } : undefined
}

function daysLeft(line: string, now: Date): string | undefined {
  const [, day] = /until:\s*"?(\d{4}-\d{2}-\d{2})/.exec(line) ?? []
  if (day === undefined) return undefined
  const days = Math.ceil((new Date(day).getTime() - now.getTime()) / dayMs)
  return days < 0 ? `over for ${-days} days` : `${days} days left`
}

async function hoverOfDevice(
  workspace: LanguageWorkspace,
  netlatch: Netlatch,
  device: Device,
  settings: AnnotationSettings,
): Promise<HoverText> {
  const { isTrusted, standing } = workspace
  const knows = isTrusted && standing.version !== -1
  return deviceHover({
    device,
    result: await inlineOf(workspace, netlatch, device, settings),
    explanation: knows ? await explainCandidates(netlatch, device.name) : undefined,
    keys: isTrusted ? (await listHostKeys(netlatch, [device])).keys : [],
    backup: standing.backups.get(device.name),
    now: netlatch.now(),
    acts: isTrusted,
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
