import type { Origin } from '../../model.ts'

/** A variable, where it stands, and which layer gave it: `group dc1`, `device`. */
export interface AnsibleVariable {
  readonly value: unknown
  readonly at: Origin
  readonly layer: string
}

export type AnsibleVariables = ReadonlyMap<string, AnsibleVariable>

export interface AnsibleGroup {
  readonly name: string
  readonly hosts: readonly string[]
  readonly children: readonly string[]
  readonly variables: AnsibleVariables
  readonly at: Origin
}

/** An inventory of Ansible, from its JSON or its YAML. `all` is a group among the others. */
export interface AnsibleTree {
  readonly groups: ReadonlyMap<string, AnsibleGroup>
  readonly hosts: ReadonlyMap<string, { readonly variables: AnsibleVariables; readonly at: Origin }>
}

export interface AnsibleMembership {
  /** Without `all` and `ungrouped`. */
  readonly parents: readonly string[]
}

/** For each group the groups it is a child of, in the order of the inventory. */
export function parentsOf(tree: AnsibleTree): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>()
  for (const group of tree.groups.values())
    for (const child of group.children) parents.set(child, [...(parents.get(child) ?? []), group.name])
  return parents
}

/** For each host the groups that list it themselves, in the order of the inventory. */
export function groupsOfHosts(tree: AnsibleTree): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const group of tree.groups.values())
    for (const host of group.hosts) {
      const known = groups.get(host)
      if (known) known.push(group.name)
      else groups.set(host, [group.name])
    }
  return groups
}

/**
 * Groups in the order in which Ansible lets later ones win: by their depth below `all`, then `ansible_group_priority`, then
 * the name. A group that is its own ancestor counts once.
 */
export function mergeOrder(tree: AnsibleTree): (names: readonly string[]) => readonly AnsibleGroup[] {
  const parents = parentsOf(tree)
  const depths = new Map<string, number>()
  const depthOf = (name: string, above: readonly string[]): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    const path = [...above, name]
    const over = (parents.get(name) ?? []).filter((parent) => !path.includes(parent))
    const depth = name === 'all' ? 0 : 1 + Math.max(0, ...over.map((parent) => depthOf(parent, path)))
    depths.set(name, depth)
    return depth
  }
  const ancestors = (name: string, found: Set<string>): Set<string> => {
    if (found.has(name)) return found
    found.add(name)
    for (const parent of parents.get(name) ?? []) ancestors(parent, found)
    return found
  }
  const priority = ({ variables }: AnsibleGroup) => Number(variables.get('ansible_group_priority')?.value ?? 1) || 1
  return (names) => {
    const all = new Set(['all'])
    for (const name of names) ancestors(name, all)
    const groups = [...all].flatMap((name) => tree.groups.get(name) ?? [])
    return groups.toSorted(
      (a, b) => depthOf(a.name, []) - depthOf(b.name, []) || priority(a) - priority(b) || (a.name < b.name ? -1 : 1),
    )
  }
}
