import type { YamlFile } from '../../workspace/yaml-file.ts'
import { nodeAt, originOfKey, type YamlNode } from '../../workspace/yaml-node.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { containerlabPlatforms } from './common-platforms.ts'
import { openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice } from './imported.ts'
import { groupsNamed } from './named-groups.ts'
import { wrongSource } from './refuse-source.ts'

/** Kinds that are wires and test tools rather than devices. */
const notDevices = new Set(['bridge', 'ovs-bridge', 'host', 'ext-container', 'k8s-kind', 'keysight_ixia-c-one', 'rare'])

/**
 * A topology of containerlab. A node's address is its management address where the file fixes one, else the container's name
 * (`clab-<lab>-<node>`), which containerlab writes to /etc/hosts. Throws INPUT_INVALID when it is no topology.
 */
export function importContainerlab(file: YamlFile): Imported {
  const nodes = nodeAt(file.root, ['topology', 'nodes'])
  if (nodes?.kind !== 'map') throw wrongSource('containerlab', file.file, 'no nodes below topology')
  const notes = openNoteBook()
  const devices: ImportedDevice[] = []
  const lab = textAt(file.root, ['name']) ?? 'lab'
  for (const [name, entry] of nodes.entries) {
    const at = file.positionAt(entry.keyStart)
    const find = (key: string) => inherited(file, entry.value, key)
    const kind = find('kind')
    if (notDevices.has(String(kind?.value))) {
      notes.add('skipped', `kind ${String(kind?.value)} is no device`, name, at)
      continue
    }
    const device = acceptDevice(
      {
        name,
        at,
        values: {
          host: addressOf(file, entry.value) ?? { value: containerName(file, lab, name) },
          platform: kind,
          groups: find('group'),
          tags: { value: lab, at: originOfKey(file, ['name']) },
        },
      },
      containerlabPlatforms,
      notes,
    )
    if (device) devices.push(device)
  }
  return { devices, groups: groupsNamed(devices), jumpHosts: [], notes: notes.notes() }
}

/** A node's own value, else its group's, its kind's, the defaults'. */
function inherited(file: YamlFile, node: YamlNode, key: string): RawValue | undefined {
  const kind = textAt(node, ['kind']) ?? textAt(file.root, ['topology', 'defaults', 'kind'])
  const group = textAt(node, ['group'])
  const layers: readonly (readonly [YamlNode | undefined, string])[] = [
    [nodeAt(node, [key]), 'device'],
    [group === undefined ? undefined : nodeAt(file.root, ['topology', 'groups', group, key]), `group ${group}`],
    [kind === undefined ? undefined : nodeAt(file.root, ['topology', 'kinds', kind, key]), `kind ${kind}`],
    [nodeAt(file.root, ['topology', 'defaults', key]), 'defaults'],
  ]
  const [found, layer = 'device'] = layers.find(([each]) => each !== undefined && each.value !== null) ?? []
  return found && { value: found.value, at: file.positionAt(found.start), layer }
}

function addressOf(file: YamlFile, node: YamlNode): RawValue | undefined {
  const found = ['mgmt-ipv4', 'mgmt_ipv4', 'mgmt-ipv6', 'mgmt_ipv6'].flatMap((key) => nodeAt(node, [key]) ?? [])
  const [first] = found
  return first && { value: found.map(({ value }) => value), at: file.positionAt(first.start) }
}

/** `prefix:` changes how containers are named: empty leaves the node's name alone, `__lab-name` drops the `clab-`. */
function containerName(file: YamlFile, lab: string, node: string): string {
  const prefix = nodeAt(file.root, ['prefix'])?.value
  if (prefix === '') return node
  return prefix === '__lab-name' ? `${lab}-${node}` : `${typeof prefix === 'string' ? prefix : 'clab'}-${lab}-${node}`
}

function textAt(node: YamlNode | undefined, path: readonly string[]): string | undefined {
  const value = nodeAt(node, path)?.value
  return typeof value === 'string' && value !== '' ? value : undefined
}
