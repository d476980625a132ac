import type { KnownHosts } from '../safety/known-hosts.ts'
import type { SeenKey } from './see-host-key.ts'

export interface Finding {
  readonly text: string
  readonly devices: readonly string[]
}

const shortestRsaBits = 2048
/** Fewer neighbours say nothing about what is usual. */
const fewestNeighbours = 4

/** What a person should look at before trusting keys. `known`: as it was before anything was written. */
export function findOddities(seen: readonly SeenKey[], known: KnownHosts): readonly Finding[] {
  const shown = seen.flatMap((each) => (each.key ? [{ ...each, key: each.key }] : []))
  const shared = [...Map.groupBy(shown, ({ key }) => key.key).values()].filter((same) => same.length > 1)
  const short = shown.filter(({ key }) => key.bits !== undefined && key.bits < shortestRsaBits)
  return [
    ...shared.map((same) => ({
      text: `same key on ${same.length} devices: a cloned image, or a middle box`,
      devices: names(same),
    })),
    ...movedKeys(shown, known),
    ...[...Map.groupBy(short, ({ key }) => key.bits)].map(([bits, same]) => ({
      text: `RSA ${bits}`,
      devices: names(same),
    })),
    ...strangers(shown),
  ]
}

type Shown = SeenKey & { readonly key: NonNullable<SeenKey['key']> }

/** A key that known_hosts has under the name of another device. */
function movedKeys(shown: readonly Shown[], known: KnownHosts): readonly Finding[] {
  const lines = Map.groupBy(
    known.keyLines.filter(({ marker }) => marker === undefined),
    ({ key }) => key.key,
  )
  return shown.flatMap(({ device, key, state }) => {
    if (state === 'known') return []
    const [line] = lines.get(key.key) ?? []
    const name = line?.patterns[0]
    if (line === undefined || name === undefined) return []
    const of = name.startsWith('|') ? `a host of line ${line.number}` : name
    return [{ text: `shows the key that known_hosts has for ${of}: a key that moved`, devices: [device] }]
  })
}

/** An SSH server of another kind than its neighbours' of the same site and platform. */
function strangers(shown: readonly Shown[]): readonly Finding[] {
  const neighbourhoods = Map.groupBy(shown, ({ owner }) => JSON.stringify([owner.site, owner.platform]))
  return [...neighbourhoods.values()].flatMap((all) => {
    const kinds = Map.groupBy(all, ({ identification = '' }) => serverKind(identification))
    const [usual] = [...kinds].sort((a, b) => b[1].length - a[1].length)
    if (all.length < fewestNeighbours || !usual || usual[1].length < all.length * 0.75) return []
    return [...kinds]
      .filter(([kind]) => kind !== usual[0])
      .map(([kind, odd]) => ({ text: `answers as ${kind}, its neighbours as ${usual[0]}`, devices: names(odd) }))
  })
}

/** `SSH-2.0-Cisco-1.25` is Cisco: versions differ among neighbours. */
function serverKind(identification: string): string {
  return /^SSH-[\d.]+-([A-Za-z]+)/.exec(identification)?.[1] ?? 'an unnamed server'
}

function names(all: readonly SeenKey[]): readonly string[] {
  return all.map(({ device }) => device)
}
