import { type Device, explainCandidates, listHostKeys, type Netlatch, namePlaces } from '@netlatch/core'
import { describeKey } from '../annotate/completion.ts'
import { deviceHover, type HoverText, nameHover } from '../annotate/hover.ts'
import { hasHostKeyTrouble } from '../annotate/lenses.ts'
import { typingContext } from '../annotate/yaml-context.ts'
import { type AnnotationSettings, inlineOf } from './annotation-methods.ts'
import { devicesIn, fileKind, schemaOf } from './file-view.ts'
import type { LanguageWorkspace } from './language-workspace.ts'

const dayMs = 86_400_000

/** What is known of the name or key at a place; undefined where there is neither. */
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
  const foreign = devicesIn(netlatch, path).find(
    ({ name, origin }) =>
      origin.line === line &&
      column >= origin.column &&
      column <= origin.column + name.length &&
      isForeign(netlatch, path),
  )
  return foreign ? hoverOfDevice(workspace, netlatch, foreign, settings) : keyHover(netlatch, path, line, column)
}

/** The names in another tool's file are its own. */
function isForeign({ inventory }: Netlatch, path: string): boolean {
  return inventory.files.some((each) => each.path === path && each.foreign)
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
    hostKeyTrouble: hasHostKeyTrouble(standing.records.get(device.name)?.code),
    acts: isTrusted,
  })
}
