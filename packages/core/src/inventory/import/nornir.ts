import type { Origin } from '../../model.ts'
import type { YamlFile } from '../../workspace/yaml-file.ts'
import { nodeAt, type YamlNode } from '../../workspace/yaml-node.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { nornirPlatforms } from './common-platforms.ts'
import { type NoteBook, openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice, ImportedGroup } from './imported.ts'
import { isTelnet } from './platform-names.ts'
import { holdsSecret, isSecretName, noteLogin, noteSecret } from './secret-names.ts'

/** The three files of Nornir's SimpleInventory; it needs the first one only. */
export interface NornirFiles {
  readonly hosts: YamlFile
  readonly groups?: YamlFile | undefined
  readonly defaults?: YamlFile | undefined
}

/** One of a host's layers: itself, a group, the defaults. */
interface Layer {
  readonly node: YamlNode
  readonly file: YamlFile
  readonly label: string
}

/**
 * Nornir's hosts as devices. Nornir lets the first group win that has a value, asks each group's own groups right after it and
 * the defaults last. Groups become groups and tags, because credentials are chosen by tags.
 */
export function importNornir(files: NornirFiles): Imported {
  const notes = openNoteBook()
  const used = new Map<string, { isTagged: boolean }>()
  const devices: ImportedDevice[] = []
  const root = files.hosts.root
  for (const [name, entry] of root?.kind === 'map' ? root.entries : []) {
    const at = files.hosts.positionAt(entry.keyStart)
    if (['hosts', 'children'].some((key) => nodeAt(entry.value, [key]))) {
      notes.add('skipped', "hosts or children below it, as in Ansible's groups", name, at)
      continue
    }
    const chain = layersOf(files, entry.value)
    const found = (path: readonly string[]) => firstValue(chain, path)
    noteSecrets(name, chain, notes, found)
    const own = groupNames(entry.value).filter((group) => {
      const isThere = nodeAt(files.groups?.root, [group]) !== undefined
      if (!isThere) notes.add('left-out', `group "${group}" is not in groups.yaml`, name, at)
      return isThere
    })
    const platform = found(['connection_options', 'netmiko', 'platform']) ?? found(['platform'])
    const telnet = typeof platform?.value === 'string' && isTelnet(platform.value)
    const device = acceptDevice(
      {
        name,
        at,
        values: {
          host: found(['data', 'netlatch', 'host']) ?? found(['hostname']) ?? { value: name },
          port: found(['connection_options', 'netmiko', 'port']) ?? found(['port']),
          platform: found(['data', 'netlatch', 'platform']) ?? platform,
          transport:
            found(['data', 'netlatch', 'transport']) ?? (telnet ? { ...platform, value: 'telnet' } : undefined),
          status: found(['data', 'netlatch', 'status']),
          site: found(['data', 'site']),
          role: found(['data', 'role']),
          groups: found(['data', 'netlatch', 'groups']) ?? { value: own },
          tags: found(['data', 'tags']),
          realm: found(['data', 'netlatch', 'realm']),
          jump_host: found(['data', 'netlatch', 'jump_host']),
          credential: found(['data', 'netlatch', 'credential']),
          expect: found(['data', 'netlatch', 'expect']),
          ssh: found(['data', 'netlatch', 'ssh']),
        },
      },
      nornirPlatforms,
      notes,
    )
    if (!device) continue
    devices.push(device)
    const isTagged = found(['data', 'netlatch']) !== undefined
    for (const { label } of chain) {
      if (!label.startsWith('group ')) continue
      const group = label.slice('group '.length)
      used.set(group, { isTagged: (used.get(group)?.isTagged ?? true) && isTagged })
    }
  }
  const jumpHosts = new Set(devices.flatMap(({ values }) => values.jump_host ?? []))
  return { devices, groups: groupsFor(files, used), jumpHosts: [...jumpHosts], notes: notes.notes() }
}

/** The host, its groups in the order in which they are asked, and the defaults. */
function layersOf({ hosts, groups, defaults }: NornirFiles, host: YamlNode): readonly Layer[] {
  const layers: Layer[] = [{ node: host, file: hosts, label: 'device' }]
  const seen = new Set<string>()
  const add = (names: readonly string[]): void => {
    for (const name of names) {
      const node = nodeAt(groups?.root, [name])
      if (!node || !groups || seen.has(name)) continue
      seen.add(name)
      layers.push({ node, file: groups, label: `group ${name}` })
      add(groupNames(node))
    }
  }
  add(groupNames(host))
  if (defaults?.root) layers.push({ node: defaults.root, file: defaults, label: 'defaults' })
  return layers
}

function groupNames(node: YamlNode): readonly string[] {
  const groups = nodeAt(node, ['groups'])?.value
  return Array.isArray(groups) ? groups.filter((each): each is string => typeof each === 'string') : []
}

function firstValue(
  layers: readonly Layer[],
  path: readonly string[],
): (RawValue & { readonly at: Origin }) | undefined {
  for (const { node, file, label } of layers) {
    const found = nodeAt(node, path)
    if (found && found.value !== null) return { value: found.value, at: file.positionAt(found.start), layer: label }
  }
  return undefined
}

function groupsFor(
  { groups }: NornirFiles,
  used: ReadonlyMap<string, { readonly isTagged: boolean }>,
): readonly ImportedGroup[] {
  const entries = groups?.root?.kind === 'map' ? [...groups.root.entries] : []
  return entries.flatMap(([name, entry]): readonly ImportedGroup[] => {
    const use = used.get(name)
    if (!groups || !use) return []
    const above = groupNames(entry.value).filter((parent) => used.has(parent))
    return [{ name, groups: above, tags: use.isTagged ? [] : [name], at: groups.positionAt(entry.keyStart) }]
  })
}

const credentialPaths = [[], ['connection_options', '*'], ['connection_options', '*', 'extras']]

function noteSecrets(
  device: string,
  layers: readonly Layer[],
  notes: NoteBook,
  found: (path: readonly string[]) => RawValue | undefined,
): void {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const username = text(found(['username'])?.value)
  let hasSecret = false
  for (const { node, file, label } of layers) {
    // A group's password belongs to the group's own user: the host may have another one.
    const owner = label === 'device' ? username : text(nodeAt(node, ['username'])?.value)
    for (const path of credentialPaths)
      for (const holder of nodesAt(node, path)) {
        if (holder.kind !== 'map') continue
        for (const [key, { value }] of holder.entries) {
          if (!isSecretName(key) || !holdsSecret(value.value)) continue
          hasSecret = true
          const where = label === 'device' ? '' : ` in ${label === 'defaults' ? 'the defaults' : label}`
          noteSecret(notes, { variable: `${key}${where}`, username: owner, device, at: file.positionAt(value.start) })
        }
      }
  }
  if (!hasSecret) noteLogin(notes, username, device, layers[0]?.file.positionAt(layers[0].node.start) ?? noOrigin)
}

const noOrigin: Origin = { file: 'hosts.yaml', line: 1, column: 1 }

function nodesAt(node: YamlNode, [step, ...rest]: readonly string[]): readonly YamlNode[] {
  if (step === undefined) return [node]
  if (node.kind !== 'map') return []
  const inner = step === '*' ? [...node.entries.values()] : [node.entries.get(step)]
  return inner.flatMap((entry) => (entry ? nodesAt(entry.value, rest) : []))
}
