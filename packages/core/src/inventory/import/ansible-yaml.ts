import type { YamlFile } from '../../workspace/yaml-file.ts'
import type { YamlMap, YamlNode } from '../../workspace/yaml-node.ts'
import type { AnsibleGroup, AnsibleTree, AnsibleVariable } from './ansible-tree.ts'
import { expandHostPattern } from './host-pattern.ts'

/** A file of `group_vars/` or `host_vars/`, beside the inventory. */
export interface VariablesFile {
  readonly of: 'group' | 'host'
  readonly name: string
  readonly file: YamlFile
}

interface GrowingGroup {
  readonly name: string
  readonly hosts: Set<string>
  readonly children: Set<string>
  readonly variables: Map<string, AnsibleVariable>
  readonly at: AnsibleGroup['at']
}

/** Reads a static YAML inventory of Ansible, with the place of every value. Variables files win over the inventory itself. */
export function readAnsibleYaml(inventory: YamlFile, variablesFiles: readonly VariablesFile[] = []): AnsibleTree {
  const groups = new Map<string, GrowingGroup>()
  const hosts = new Map<string, { readonly variables: Map<string, AnsibleVariable>; readonly at: AnsibleGroup['at'] }>()
  const start = inventory.positionAt(0)

  const groupOf = (name: string, at = start): GrowingGroup => {
    const known = groups.get(name)
    if (known) return known
    const group = { name, hosts: new Set<string>(), children: new Set<string>(), variables: new Map(), at }
    groups.set(name, group)
    return group
  }
  const hostOf = (name: string, at = start) => {
    const known = hosts.get(name)
    if (known) return known
    const host = { variables: new Map<string, AnsibleVariable>(), at }
    hosts.set(name, host)
    return host
  }
  const readGroup = (name: string, node: YamlNode, at: AnsibleGroup['at']): void => {
    const group = groupOf(name, at)
    if (node.kind !== 'map') return
    for (const [pattern, entry] of entriesOf(node, 'hosts')) {
      const place = inventory.positionAt(entry.keyStart)
      for (const host of expandHostPattern(pattern)) {
        group.hosts.add(host)
        addVariables(hostOf(host, place).variables, entry.value, inventory, 'device')
      }
    }
    addVariables(group.variables, node.entries.get('vars')?.value, inventory, `group ${name}`)
    for (const [child, entry] of entriesOf(node, 'children')) {
      group.children.add(child)
      readGroup(child, entry.value, inventory.positionAt(entry.keyStart))
    }
  }

  if (inventory.root?.kind === 'map')
    for (const [name, entry] of inventory.root.entries)
      readGroup(name, entry.value, inventory.positionAt(entry.keyStart))
  for (const { of, name, file } of variablesFiles) {
    // Variables of a name that the inventory does not have belong to another inventory beside it.
    if (of === 'group' && (name === 'all' || groups.has(name)))
      addVariables(groupOf(name).variables, file.root, file, `group ${name}`)
    if (of === 'host' && hosts.has(name)) addVariables(hostOf(name).variables, file.root, file, 'device')
  }
  return {
    groups: new Map(
      [...groups].map(([name, group]) => [name, { ...group, hosts: [...group.hosts], children: [...group.children] }]),
    ),
    hosts,
  }
}

function entriesOf(node: YamlMap, key: string): YamlMap['entries'] {
  const value = node.entries.get(key)?.value
  return value?.kind === 'map' ? value.entries : new Map()
}

function addVariables(
  into: Map<string, AnsibleVariable>,
  node: YamlNode | undefined,
  file: YamlFile,
  layer: string,
): void {
  if (node?.kind !== 'map') return
  for (const [name, { value }] of node.entries)
    into.set(name, { value: value.value, at: file.positionAt(value.start), layer })
}
