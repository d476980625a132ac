import type { Inventory } from '../inventory/inventory.ts'
import type { Credential, Device, Origin } from '../model.ts'
import { type Atom, changedCredentials, credentialAtoms, deviceAtoms, sameForCandidates } from './change-atoms.ts'
import { resolveCandidates } from './resolve-candidates.ts'
import { type Specificity, specificityRule } from './specificity.ts'

/** One version of the files, as far as candidates depend on it. */
export interface FilesVersion {
  readonly inventory: Inventory
  readonly credentials: readonly Credential[]
  readonly defaultCredential?: string
  /** Where a field of a credential stands, or `default`. */
  readonly placeOf: (credential: string | undefined, field: string) => Origin
}

/** A device whose candidates differ between two versions of the files. */
export interface CandidateChange {
  /** As it is now; as it was when it is gone. */
  readonly device: Device
  /** Names in the order of trial; absent for a new device. */
  readonly before?: readonly string[]
  /** Absent for a device that is gone. */
  readonly after?: readonly string[]
  /** The smallest set of edits that makes the difference. */
  readonly because: readonly ChangeCause[]
}

export interface ChangeCause {
  /** `tag core added to backbone` */
  readonly text: string
  readonly at: Origin
  /** What is to blame is no longer there: `at` is its place in the earlier version. */
  readonly isGone?: boolean
}

/** What candidates of one device depend on, besides its history. */
export interface World {
  readonly device: Device
  readonly credentials: ReadonlyMap<string, Credential>
  readonly defaultCredential: string | undefined
}

/**
 * The devices whose candidates differ, in inventory order, those that are gone last. Looks at the files alone: what worked
 * before is the same in both. Linear in the devices; credentials that did not change cost nothing on devices that did not.
 */
export function compareCandidates(before: FilesVersion, after: FilesVersion): readonly CandidateChange[] {
  const specificity = specificityRule([...before.credentials, ...after.credentials])
  const resolve = resolver(specificity)
  const was = byName(before.credentials)
  const is = byName(after.credentials)
  const changed = changedCredentials(before, after)
  const isChanged = ({ name }: Credential) => changed.has(name)
  const changedBefore = byName(before.credentials.filter(isChanged))
  const changedAfter = byName(after.credentials.filter(isChanged))
  const worldOf = (device: Device, credentials: World['credentials'], { defaultCredential }: FilesVersion): World => ({
    device,
    credentials,
    defaultCredential,
  })
  const mayDiffer = (then: Device, now: Device) =>
    !sameForCandidates(then, now) ||
    resolve(worldOf(then, changedBefore, before)).length > 0 ||
    resolve(worldOf(now, changedAfter, after)).length > 0

  const compare = (now: Device): readonly CandidateChange[] => {
    const then = before.inventory.byName.get(now.name)
    if (!then) {
      const because = [{ text: 'new device', at: now.origin }]
      return [{ device: now, after: resolve(worldOf(now, is, after)), because }]
    }
    if (!mayDiffer(then, now)) return []
    const names = { before: resolve(worldOf(then, was, before)), after: resolve(worldOf(now, is, after)) }
    if (sameNames(names.before, names.after)) return []
    const concerned = new Set([...names.before, ...names.after])
    const atoms = [
      ...credentialAtoms(before, after, new Set([...changed].filter((name) => concerned.has(name)))),
      ...deviceAtoms(then, now, after.inventory),
    ]
    const world = worldOf(now, new Map([...is].filter(([name]) => concerned.has(name))), after)
    return [{ device: now, ...names, because: smallestCause(atoms, world, names.before, resolve) }]
  }

  const gone = before.inventory.devices.filter(({ name }) => !after.inventory.byName.has(name))
  return [
    ...after.inventory.devices.flatMap(compare),
    ...gone.map((device) => ({
      device,
      before: resolve(worldOf(device, was, before)),
      because: [{ text: 'device removed', at: device.origin, isGone: true }],
    })),
  ]
}

type Resolve = (world: World) => readonly string[]

function resolver(specificity: Specificity): Resolve {
  return ({ device, credentials, defaultCredential }) => {
    // Without a history nothing else can be a candidate; looking at scopes first would cost most of the time.
    const named = [...credentials.values()].filter((credential) => {
      const { name } = credential
      return name === device.credential || name === defaultCredential || specificity(credential, device) > 0
    })
    const input = { credentials: named, specificity }
    const { candidates } = resolveCandidates(device, { ...input, ...(defaultCredential && { defaultCredential }) })
    return candidates.map(({ credential }) => credential.name)
  }
}

/** Takes edits back; what need not be taken back for the candidates to be what they were is not to blame. */
function smallestCause(
  atoms: readonly Atom[],
  world: World,
  before: readonly string[],
  resolve: Resolve,
): readonly ChangeCause[] {
  const restores = (some: readonly Atom[]) =>
    sameNames(resolve(some.reduce((undone, atom) => atom.undo(undone), world)), before)
  const needed = atoms.reduce((kept, atom) => {
    const without = kept.filter((each) => each !== atom)
    return restores(without) ? without : kept
  }, atoms)
  return needed.map(({ cause }) => cause)
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index])
}

function byName(credentials: readonly Credential[]): ReadonlyMap<string, Credential> {
  return new Map(credentials.map((credential) => [credential.name, credential]))
}
