import type { Device, Problem } from '../model.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import { checkSchema } from '../workspace/problems-from-schema.ts'
import { nodeAt, originOf } from '../workspace/yaml-node.ts'
import { orderGroups } from './group-order.ts'
import type { Group, Inventory, InventoryFile } from './inventory.ts'
import { type Layer, readLayer } from './inventory-layer.ts'
import { defaultsSchema, deviceSchema, groupSchema, inventoryFrameSchema } from './inventory-schema.ts'
import { type MergedLayers, mergeLayer, nothingMerged, toDevice } from './merge-device.ts'

/** Names that an inventory may refer to, from netlatch.yaml. */
export interface DeclaredNames {
  readonly realms: readonly string[]
  readonly jumpHosts: readonly string[]
}

export interface BuildInventoryOptions {
  /** Names a device may have as its platform, besides `autodetect`. Without them any name is taken. */
  readonly platforms?: readonly string[]
}

/** Merges parsed files into devices. Pure: what is wrong is a problem, and the rest is still there. */
export function buildInventory(
  files: readonly InventoryFile[],
  declared: DeclaredNames,
  options: BuildInventoryOptions = {},
): Inventory {
  const problems: Problem[] = []
  const all: { defaults: Layer[]; groups: Layer[]; devices: Layer[] } = { defaults: [], groups: [], devices: [] }
  for (const file of files) {
    problems.push(...file.problems)
    if (!file.root) continue
    if (!file.foreign) problems.push(...checkSchema(inventoryFrameSchema, file, [], '').problems)
    const inFile = file.foreign ? { defaults: [], ...file.foreign } : readLayers(file)
    for (const kind of ['defaults', 'groups', 'devices'] as const) {
      for (const layer of inFile[kind]) {
        problems.push(...layer.problems)
        all[kind].push(layer)
      }
    }
  }
  const defaults = mergeDefaults(all.defaults, problems)
  const groupLayers = uniqueByName('group', all.groups, problems)
  const deviceLayers = uniqueByName('device', all.devices, problems)
  const order = orderGroups(groupLayers, all.devices)
  problems.push(
    ...order.problems,
    ...checkReferences([...all.defaults, ...all.groups, ...all.devices], declared, options),
  )

  const bases = new Map<string, { readonly below: MergedLayers; readonly groups: readonly string[] }>()
  const baseOf = (names: readonly string[]) => {
    const key = JSON.stringify(names)
    const known = bases.get(key)
    if (known) return known
    const groups = order.of(names)
    const layers = groups.flatMap((name) => groupLayers.get(name) ?? [])
    const base = { below: layers.reduce(mergeLayer, defaults), groups }
    bases.set(key, base)
    return base
  }
  const byName = new Map<string, Device>()
  for (const [name, layer] of deviceLayers) {
    const { below, groups } = baseOf(layer.values.groups ?? [])
    const device = toDevice(layer, below, groups)
    if (device) byName.set(name, device)
  }
  const groups = [...groupLayers].map(([name, layer]): [string, Group] => {
    return [name, { name, chain: order.of([name]), origin: layer.origin }]
  })
  return {
    devices: [...byName.values()],
    byName,
    groups: new Map(groups),
    files,
    problems: inFileOrder(problems, files),
  }
}

function readLayers(file: InventoryFile): { defaults: Layer[]; groups: Layer[]; devices: Layer[] } {
  const namesAt = (key: string) => {
    const node = nodeAt(file.root, [key])
    return node?.kind === 'map' ? [...node.entries.keys()] : []
  }
  const hasDefaults = (nodeAt(file.root, ['defaults'])?.value ?? null) !== null
  return {
    defaults: hasDefaults ? [readLayer(file, ['defaults'], 'defaults', defaultsSchema)] : [],
    groups: namesAt('groups').map((name) => readLayer(file, ['groups', name], 'group', groupSchema)),
    devices: namesAt('devices').map((name) => readLayer(file, ['devices', name], 'device', deviceSchema)),
  }
}

/** Defaults hold for all files; the same one in two files would make the order of files matter. */
function mergeDefaults(layers: readonly Layer[], problems: Problem[]): MergedLayers {
  return layers.reduce((below: MergedLayers, layer) => {
    for (const key of Object.keys(layer.values)) {
      const before = below.origins[key]
      const at = layer.origins[key]
      if (!before || !at || key === 'tags') continue
      const message = `defaults.${key} is also in ${before.file}:${before.line}:${before.column}`
      problems.push({ code: 'duplicate-default', severity: 'error', message, advice: 'Keep one of them.', at })
    }
    return mergeLayer(below, layer)
  }, nothingMerged)
}

function uniqueByName(kind: string, layers: readonly Layer[], problems: Problem[]): ReadonlyMap<string, Layer> {
  const byName = new Map<string, Layer>()
  for (const layer of layers) {
    const first = byName.get(layer.name)
    if (!first) {
      byName.set(layer.name, layer)
      continue
    }
    const { file, line, column } = first.origin
    const message = `${kind} ${layer.name} is also in ${file}:${line}:${column}`
    const advice = 'Names must be unique.'
    problems.push({ code: `duplicate-${kind}`, severity: 'error', message, advice, at: layer.origin })
  }
  return byName
}

/** Names that lead out of the inventory: platforms, realms, jump hosts. Each is looked at where it is written, once. */
function checkReferences(
  layers: readonly Layer[],
  declared: DeclaredNames,
  options: BuildInventoryOptions,
): readonly Problem[] {
  const references = [
    { key: 'platform', what: 'platform', names: options.platforms && [...options.platforms, 'autodetect'], home: '' },
    { key: 'realm', what: 'realm', names: declared.realms, home: 'realms' },
    { key: 'jump_host', what: 'jump host', names: declared.jumpHosts, home: 'jump_hosts' },
  ] as const
  const problems: Problem[] = []
  for (const { key, what, names, home } of references) {
    if (!names) continue
    const known = new Set<string>(names)
    const advices = new Map<string, string>()
    for (const layer of layers) {
      const name = layer.values[key]
      if (name === undefined || known.has(name)) continue
      const otherwise = home
        ? `Add ${name}: under ${home}: in netlatch.yaml.`
        : 'Write autodetect, or a name of: netlatch platforms list'
      const advice = advices.get(name) ?? didYouMean(name, names, otherwise)
      advices.set(name, advice)
      const at = layer.origins[key] ?? originOf(layer.file, layer.path)
      const code = `unknown-${what.replace(' ', '-')}`
      problems.push({ code, severity: 'error', message: `unknown ${what} "${name}"`, advice, at })
    }
  }
  return problems
}

function inFileOrder(problems: readonly Problem[], files: readonly InventoryFile[]): readonly Problem[] {
  const order = new Map(files.map(({ file }, index) => [file, index]))
  const rank = (problem: Problem) => order.get(problem.at.file) ?? -1
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.at.line - b.at.line || a.at.column - b.at.column)
}
