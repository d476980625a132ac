import type { Device } from '../model.ts'
import { nearestName } from '../workspace/nearest-name.ts'
import type { Inventory } from './inventory.ts'
import { quote } from './selection-pattern.ts'

/** What a person may have meant by a word that selects nothing: `site:fra (412), tag:core (38)`; at most three. */
export function nearestTerms(word: string, inventory: Inventory): readonly string[] {
  const counts = new Map<string, { readonly value: string; readonly devices: number }>()
  const count = (term: string, value: string) => {
    counts.set(term, { value, devices: (counts.get(term)?.devices ?? 0) + 1 })
  }
  for (const device of inventory.devices) {
    count(spell('name', device.name), device.name)
    for (const [key, values] of Object.entries(valuesOf(device))) {
      for (const value of values) count(spell(key, value), value)
    }
  }
  const folded = word.toLowerCase()
  const scored = [...counts].flatMap(([term, { value, devices }]) => {
    const closeness = closenessOf(folded, value.toLowerCase())
    return closeness === 0 ? [] : [{ term, devices, closeness, isName: term.startsWith('name:') }]
  })
  return scored
    .toSorted((a, b) => b.closeness - a.closeness || Number(a.isName) - Number(b.isName) || b.devices - a.devices)
    .slice(0, 3)
    .map(({ term, devices, isName }) => (isName ? term : `${term} (${devices})`))
}

export function spell(key: string, value: string): string {
  return `${key}:${/^[\w.-]+$/.test(value) && !value.startsWith('-') ? value : quote(value)}`
}

function valuesOf(device: Device): Readonly<Record<string, readonly string[]>> {
  return {
    site: device.site === undefined ? [] : [device.site],
    tag: device.tags,
    group: device.groups,
    role: device.role === undefined ? [] : [device.role],
    platform: [device.platform],
  }
}

/** 3: a typing mistake away · 2: one is a part of the other, from a word's start · 0: far. */
function closenessOf(word: string, value: string): number {
  if (word === value || nearestName(word, [value]) !== undefined) return 3
  const isPart = (part: string, whole: string) =>
    part.length > 1 && `-${whole}-`.replace(/[._]/g, '-').includes(`-${part}-`)
  return isPart(value, word) || isPart(word, value) ? 2 : 0
}
