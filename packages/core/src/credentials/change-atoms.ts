import type { Inventory } from '../inventory/inventory.ts'
import type { Credential, Device, Origin, ValueOrigin } from '../model.ts'
import type { ChangeCause, FilesVersion, World } from './compare-candidates.ts'

/** One edit of the files that may change candidates, and how to take it back. */
export interface Atom {
  readonly cause: ChangeCause
  undo(world: World): World
}

const credentialFields = ['priority', 'tags', 'match', 'hosts', 'ports', 'fallback'] as const

/** Credentials that decide differently on at least one device: added, removed, edited, or the default. */
export function changedCredentials(before: FilesVersion, after: FilesVersion): ReadonlySet<string> {
  const textOf = (credential: Credential) => JSON.stringify(credentialFields.map((field) => credential[field] ?? null))
  const was = new Map(before.credentials.map((credential) => [credential.name, textOf(credential)]))
  const is = new Map(after.credentials.map((credential) => [credential.name, textOf(credential)]))
  const names = [...was.keys(), ...is.keys()].filter((name) => was.get(name) !== is.get(name))
  const defaults = [before.defaultCredential, after.defaultCredential]
  return new Set([...names, ...(defaults[0] === defaults[1] ? [] : defaults.flatMap((name) => name ?? []))])
}

export function credentialAtoms(
  before: FilesVersion,
  after: FilesVersion,
  names: ReadonlySet<string>,
): readonly Atom[] {
  const find = ({ credentials }: FilesVersion, name: string) => credentials.find((each) => each.name === name)
  const atoms = [...names].flatMap((name): readonly Atom[] => {
    const was = find(before, name)
    const is = find(after, name)
    if (!was && is) return [{ cause: { text: `${name} added`, at: is.origin }, undo: (world) => without(world, name) }]
    if (was && !is)
      return [
        {
          cause: { text: `${name} removed`, at: was.origin, isGone: true },
          undo: (world) => withCredential(world, was),
        },
      ]
    if (!was || !is) return []
    const fields = credentialFields.filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
    return fields.map((field) => ({
      cause: { text: `${name}: ${edit(field, was[field], is[field])}`, at: after.placeOf(name, field) },
      undo: (world) => {
        const { [field]: _, ...rest } = world.credentials.get(name) ?? is
        return withCredential(world, {
          ...rest,
          ...(was[field] !== undefined && { [field]: was[field] }),
        } as Credential)
      },
    }))
  })
  if (before.defaultCredential === after.defaultCredential) return atoms
  const text = edit('default', before.defaultCredential, after.defaultCredential)
  const undo = (world: World): World => ({ ...world, defaultCredential: before.defaultCredential })
  return [...atoms, { cause: { text, at: after.placeOf(undefined, 'default') }, undo }]
}

function without(world: World, name: string): World {
  return { ...world, credentials: new Map([...world.credentials].filter(([each]) => each !== name)) }
}

function withCredential(world: World, credential: Credential): World {
  return { ...world, credentials: new Map([...world.credentials, [credential.name, credential]]) }
}

/** What candidates depend on, by the key in the file. */
const deviceFields = {
  host: 'hosts',
  port: 'port',
  platform: 'platform',
  site: 'site',
  role: 'role',
  jump_host: 'jumpHost',
  credential: 'credential',
} as const satisfies Record<string, keyof Device>

export function sameForCandidates(a: Device, b: Device): boolean {
  const textOf = (device: Device) =>
    JSON.stringify([
      device.tags.toSorted(),
      device.groups.toSorted(),
      ...Object.values(deviceFields).map((key) => device[key]),
    ])
  return textOf(a) === textOf(b)
}

/** The edits between two versions of a device; what a group brings is one edit when the device joins or leaves it. */
export function deviceAtoms(was: Device, is: Device, inventory: Inventory): readonly Atom[] {
  const atoms = new Map<string, Atom>()
  const add = (cause: ChangeCause, undo: (device: Device) => Device) => {
    const before = atoms.get(cause.text)
    const both = (world: World): World => ({
      ...world,
      device: undo(before ? before.undo(world).device : world.device),
    })
    atoms.set(cause.text, { cause: before?.cause ?? cause, undo: both })
  }
  for (const list of ['tags', 'groups'] as const) {
    const what = list === 'tags' ? 'tag' : 'group'
    for (const value of is[list].filter((each) => !was[list].includes(each)))
      add(causeOfAddition(was, is, what, value), (device) => ({
        ...device,
        [list]: device[list].filter((each) => each !== value),
      }))
    for (const value of was[list].filter((each) => !is[list].includes(each)))
      add(causeOfRemoval(was, is, what, value, inventory), (device) => ({
        ...device,
        [list]: [...device[list], value],
      }))
  }
  for (const [key, field] of Object.entries(deviceFields)) {
    if (JSON.stringify(was[field]) === JSON.stringify(is[field])) continue
    const origin = is.origins[key]
    const text = `${edit(key, was[field], is[field])}${layerText(origin, ' in ')}`
    const group = joined(was, is, origin) ?? left(was, is, was.origins[key])
    add(group ?? { text, at: origin ?? is.origin }, ({ [field]: _, ...device }) => {
      return { ...device, ...(was[field] !== undefined && { [field]: was[field] }) } as Device
    })
  }
  return [...atoms.values()]
}

function causeOfAddition(was: Device, is: Device, what: 'tag' | 'group', value: string): ChangeCause {
  const at = is.origins[`${what}s.${value}`]
  return joined(was, is, at) ?? { text: `${what} ${value} added${layerText(at, ' to ')}`, at: at ?? is.origin }
}

/** Where the value stood is no longer there: the nearest place that still is. */
function causeOfRemoval(
  was: Device,
  is: Device,
  what: 'tag' | 'group',
  value: string,
  inventory: Inventory,
): ChangeCause {
  const before = was.origins[`${what}s.${value}`]
  const gone = left(was, is, before)
  if (gone) return gone
  const group = groupOf(before)
  const at = group === undefined ? ownPlace(is, `${what}s`) : inventory.groups.get(group)?.origin
  const text = `${what} ${value} removed${layerText(before, ' from ')}`
  return at ? { text, at } : { text, at: before ?? is.origin, isGone: true }
}

function joined(was: Device, is: Device, origin: ValueOrigin | undefined): ChangeCause | undefined {
  const found = groupBetween(was, is, origin)
  return found && { text: `group ${found.group} added${layerText(found.at, ' to ')}`, at: found.at ?? is.origin }
}

function left(was: Device, is: Device, origin: ValueOrigin | undefined): ChangeCause | undefined {
  const found = groupBetween(is, was, origin)
  return found && { text: `group ${found.group} removed${layerText(found.at, ' from ')}`, at: ownPlace(is, 'groups') }
}

/** The membership through which a value reaches `inside` that `outside` lacks; undefined when both are in its group. */
function groupBetween(
  outside: Device,
  inside: Device,
  origin: ValueOrigin | undefined,
  depth = 0,
): { readonly group: string; readonly at: ValueOrigin | undefined } | undefined {
  const group = groupOf(origin)
  if (group === undefined || outside.groups.includes(group) || depth > inside.groups.length) return undefined
  const at = inside.origins[`groups.${group}`]
  return groupBetween(outside, inside, at, depth + 1) ?? { group, at }
}

function groupOf(origin: ValueOrigin | undefined): string | undefined {
  return origin?.layer.startsWith('group ') ? origin.layer.slice('group '.length) : undefined
}

function ownPlace({ origin, origins }: Device, key: string): Origin {
  const at = origins[key]
  return at?.layer === 'device' ? at : origin
}

function layerText(origin: ValueOrigin | undefined, preposition: string): string {
  if (origin === undefined || origin.layer === 'device') return ''
  return `${preposition}${groupOf(origin) ?? origin.layer}`
}

function edit(key: string, was: unknown, is: unknown): string {
  if (was === undefined) return `${key} ${valueText(is)} added`
  return is === undefined ? `${key} ${valueText(was)} removed` : `${key} ${valueText(was)} → ${valueText(is)}`
}

function valueText(value: unknown): string {
  if (!Array.isArray(value)) return String(value)
  return value.length === 0 ? 'none' : value.join(', ')
}
