import type { Candidate, Credential, Device } from '../model.ts'
import { siteOf } from '../safety/device-site.ts'
import { foldUsername } from '../safety/realms.ts'
import { createConfidence, type DeviceClass, type Doubts } from './confidence.ts'
import type { EvidenceChange } from './evidence.ts'
import { sharedTags } from './resolve-candidates.ts'

export interface RankedCandidate {
  readonly credential: Credential
  readonly confidence: number
  /** The device's own tags, or the credential's expression, name it. */
  readonly namedByTag: boolean
}

export interface RankingInput {
  readonly credentials: readonly Credential[]
  readonly devices: readonly Device[]
  /** In the order of resolution, with their reasons. */
  readonly candidatesOf: (device: Device) => readonly Candidate[]
  /**
   * `resolution` tries each device's candidates in their order. `confidence` keeps the pin and the credential that worked
   * before in front and orders the rest by how likely they are.
   */
  readonly order: 'confidence' | 'resolution'
  /** Whether a credential that is no candidate may be learned for the device: in scope, no fallback, in the vault. */
  readonly mayLearn: (device: Device, credential: Credential) => boolean
  /** What the ledger says against a credential on such devices. */
  readonly doubtsOf: (device: Device, credential: Credential) => Doubts
  /** Devices and what opened them, from earlier runs. */
  readonly openedBefore: Iterable<readonly [Device, string]>
}

/** The candidates of each device, best first, as they stand now. */
export interface Ranking {
  of(device: Device): readonly RankedCandidate[]
  /** Whether the device's tags, or the credential's expression, name it; for any device of the inventory. */
  isNamed(device: Device, credential: Credential): boolean
  /** Devices of the same site, platform, realm and tags. */
  alike(device: Device): number
  /** Whether the credential has opened a device of the same site. */
  hasOpenedAt(device: Device, credential: Credential): boolean
  opened(device: Device, credential: Credential): Reranked
  rejected(device: Device, credential: Credential): Reranked
  /** What the ledger says against credentials has changed: all rankings are made again. */
  forget(): void
}

/** Whose rankings may have changed. */
export interface Reranked {
  readonly sameSite: boolean
  /** Others, where there are any. */
  readonly others?: (device: Device) => boolean
}

/** What a pin or an earlier success is worth, against 1 for certainty. */
const provenConfidence = 0.97
/** Candidates of a fixed order are all worth trying in their turn. */
const givenConfidence = 0.9

export function createRanking(input: RankingInput): Ranking {
  return input.order === 'resolution' ? rankAsGiven(input) : rankByConfidence(input)
}

function rankAsGiven({ devices, candidatesOf }: RankingInput): Ranking {
  const isProven = ({ reason }: Candidate) => reason === 'pin' || reason === 'worked-before'
  const rankings = new Map(
    devices.map((device) => [
      device,
      candidatesOf(device).map((candidate) =>
        ranked(candidate, device, isProven(candidate) ? provenConfidence : givenConfidence),
      ),
    ]),
  )
  return {
    of: (device) => rankings.get(device) ?? [],
    isNamed: (device, credential) => sharedTags(credential, device).length > 0,
    alike: () => 1,
    hasOpenedAt: () => true,
    opened: () => ({ sameSite: false }),
    rejected: () => ({ sameSite: false }),
    forget() {},
  }
}

interface ClassOfDevices extends DeviceClass {
  readonly example: Device
  devices: number
  /** The ranking as it was at this version of the evidence. */
  version: number
  ranked: readonly (RankedCandidate & { readonly learned: boolean })[]
}

interface ClassifiedDevice {
  readonly of: ClassOfDevices
  /** The pin and the credential that worked before. */
  readonly front: readonly RankedCandidate[]
  /** Names of the other candidates. */
  readonly rest: ReadonlySet<string>
}

function rankByConfidence(input: RankingInput): Ranking {
  const { credentials, candidatesOf, mayLearn, doubtsOf } = input
  const classes = new Map<string, ClassOfDevices>()
  const classified = new Map<Device, ClassifiedDevice>()
  let forgotten = 0

  function classify(device: Device): ClassifiedDevice {
    const known = classified.get(device)
    if (known) return known
    const candidates = candidatesOf(device)
    const isFirst = ({ reason }: Candidate) => reason === 'pin' || reason === 'worked-before'
    const made = {
      of: classOf(classes, device, candidates),
      front: candidates.filter(isFirst).map((candidate) => ranked(candidate, device, provenConfidence)),
      rest: new Set(candidates.filter((candidate) => !isFirst(candidate)).map(({ credential }) => credential.name)),
    }
    classified.set(device, made)
    return made
  }

  for (const device of input.devices) classify(device).of.devices += 1
  const usernames = Map.groupBy(credentials, ({ username }) => foldUsername(username))
  const hasRivals = ({ username }: Credential) => (usernames.get(foldUsername(username))?.length ?? 0) > 1
  const confidence = createConfidence(
    credentials.map((credential) => ({ name: credential.name, hasRivals: hasRivals(credential) })),
    new Map([...classes.values()].map((of) => [of, of.devices])),
  )
  const names = new Set(credentials.map(({ name }) => name))
  for (const [device, name] of input.openedBefore) if (names.has(name)) confidence.remember(classify(device).of, name)

  const byName = new Map(credentials.map((credential) => [credential.name, credential]))
  const doubtsIn = (of: ClassOfDevices) => (name: string) => {
    const credential = byName.get(name)
    return credential ? doubtsOf(of.example, credential) : { neverWorked: false, isLocal: false }
  }

  function rank(of: ClassOfDevices): ClassOfDevices['ranked'] {
    const version = confidence.version(of) + forgotten
    if (of.version === version) return of.ranked
    const scored = confidence.rank(of, doubtsIn(of)).flatMap(({ confidence: value, named, learned }, index) => {
      const credential = credentials[index]
      return credential ? [{ credential, confidence: value, namedByTag: named, learned, index }] : []
    })
    scored.sort(
      (a, b) =>
        b.confidence - a.confidence ||
        a.credential.priority - b.credential.priority ||
        // Equal: the record that was added last is the likelier one.
        b.index - a.index,
    )
    Object.assign(of, { version, ranked: scored })
    return of.ranked
  }

  function reranked(of: ClassOfDevices, { site, tags, platform }: EvidenceChange): Reranked {
    if (!tags && !platform) return { sameSite: site }
    const others = (device: Device) => {
      const other = classify(device).of
      return (platform && other.platform === of.platform) || (tags && other.tagKey === of.tagKey)
    }
    return { sameSite: site, others }
  }

  return {
    of(device) {
      const { of, front, rest } = classify(device)
      const isInFront = (credential: Credential) => front.some((first) => first.credential === credential)
      const others = rank(of).filter(
        ({ credential, learned }) =>
          rest.has(credential.name) || (learned && !isInFront(credential) && mayLearn(device, credential)),
      )
      return front.length > 0 ? [...front, ...others] : others
    },
    isNamed: (device, { name }) => classify(device).of.named.some(({ credential }) => credential === name),
    alike: (device) => classify(device).of.devices,
    hasOpenedAt: (device, { name }) => confidence.hasOpenedAt(classify(device).of, name),
    opened: (device, { name }) => reranked(classify(device).of, confidence.opened(classify(device).of, name)),
    rejected: (device, { name }) => reranked(classify(device).of, confidence.rejected(classify(device).of, name)),
    forget() {
      forgotten += 1
    },
  }
}

function classOf(
  classes: Map<string, ClassOfDevices>,
  device: Device,
  candidates: readonly Candidate[],
): ClassOfDevices {
  const named = candidates
    .filter((candidate) => isNamed(candidate, device))
    .map(({ credential: { name, priority } }) => ({ credential: name, priority }))
    .sort((a, b) => (a.credential < b.credential ? -1 : 1))
  const site = siteOf(device)
  const tagKey = JSON.stringify(named.map(({ credential }) => credential))
  const key = JSON.stringify([site, device.platform, device.realm ?? '', tagKey])
  const of = classes.get(key) ?? {
    ...{ site, platform: device.platform, tagKey, named, example: device },
    ...{ devices: 0, version: -1, ranked: [] },
  }
  classes.set(key, of)
  return of
}

function ranked(candidate: Candidate, device: Device, confidence: number): RankedCandidate {
  return { credential: candidate.credential, confidence, namedByTag: isNamed(candidate, device) }
}

function isNamed({ reason, credential }: Candidate, device: Device): boolean {
  return reason === 'match' || (reason !== 'learned' && sharedTags(credential, device).length > 0)
}
