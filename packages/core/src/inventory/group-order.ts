import type { Problem } from '../model.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import { originOf } from '../workspace/yaml-node.ts'
import type { Layer } from './inventory-layer.ts'

export interface GroupOrder {
  /** Groups and what they build on, each once, in the order of merging: the ones built on first. */
  readonly of: (names: readonly string[]) => readonly string[]
  readonly problems: readonly Problem[]
}

/** Orders groups that build on groups; names loops and unknown groups, of groups and devices alike. */
export function orderGroups(groups: ReadonlyMap<string, Layer>, devices: readonly Layer[]): GroupOrder {
  const problems: Problem[] = []
  const report = (layer: Layer, index: number, code: string, message: string, advice: string) => {
    const at = originOf(layer.file, [...layer.path, 'groups', index])
    problems.push({ code, severity: 'error', message, advice, at })
  }
  for (const layer of [...groups.values(), ...devices]) {
    for (const [index, name] of (layer.values.groups ?? []).entries()) {
      if (groups.has(name)) continue
      const advice = didYouMean(name, groups.keys(), `Add ${name}: under groups:.`)
      report(layer, index, 'unknown-group', `unknown group "${name}"`, advice)
    }
  }

  const chains = new Map<string, readonly string[]>()
  const chainOf = (name: string, above: readonly string[]): readonly string[] => {
    const known = chains.get(name)
    if (known) return known
    const layer = groups.get(name)
    if (!layer) return []
    const parents = (layer.values.groups ?? []).flatMap((parent, index) => {
      const path = [...above, name]
      const start = path.indexOf(parent)
      if (start === -1) return chainOf(parent, path)
      const loop = [...path.slice(start), parent].join(' > ')
      report(layer, index, 'group-loop', `groups that build on each other: ${loop}`, 'Remove one of these.')
      return []
    })
    const chain = [...new Set([...parents, name])]
    chains.set(name, chain)
    return chain
  }
  for (const name of groups.keys()) chainOf(name, [])
  return { of: (names) => [...new Set(names.flatMap((name) => chains.get(name) ?? []))], problems }
}
