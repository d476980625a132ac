import type { Candidate, Credential, Device } from '../model.ts'
import { siteOf } from '../safety/device-site.ts'
import { foldUsername } from '../safety/realms.ts'
import { createConfidence, type DeviceClass, type Doubts, type EvidenceChange, tagsOf } from './confidence.ts'
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
  const rankings = new Map(
    devices.map((device) => [
      device,
      candidatesOf(device).map((candidate) => ({
        credential: candidate.credential,
        confidence:
          candidate.reason === 'pin' || candidate.reason === 'worked-before' ? provenConfidence : givenConfidence,
        namedByTag: isNamed(candidate, device),
      })),
    ]),
  )
  return {
    of: (device) => rankings.get(device) ?? [],
    alike: () => 1,
    hasOpenedAt: () => true,
    opened: () => ({ sameSite: false }),
    rejected: () => ({ sameSite: false }),
    forget() {},
  }
}

interface ClassOfDevices extends DeviceClass {
  readonly example: Device
  version: number
  ranked: readonly (RankedCandidate & { readonly learned: boolean })[]
}

function rankByConfidence(input: RankingInput): Ranking {
  const { credentials, devices, candidatesOf, mayLearn, doubtsOf } = input
  const usernames = Map.groupBy(credentials, ({ username }) => foldUsername(username))
  const byName = new Map(credentials.map((credential, index) => [credential.name, { credential, index }]))
  const classes = new Map<string, ClassOfDevices>()
  const sizes = new Map<ClassOfDevices, number>()
  const classOf = new Map<Device, ClassOfDevices>()
  const ownCandidates = new Map<Device, readonly Candidate[]>()
  let forgotten = 0

  function classify(device: Device): ClassOfDevices {
    const known = classOf.get(device)
    if (known) return known
    const candidates = candidatesOf(device)
    const named = candidates
      .filter((candidate) => isNamed(candidate, device))
      .map(({ credential: { name, priority } }) => ({ credential: name, priority }))
      .sort((a, b) => (a.credential < b.credential ? -1 : 1))
    const site = siteOf(device)
    const key = JSON.stringify([site, device.platform, device.realm ?? '', named.map(({ credential }) => credential)])
    const of = classes.get(key) ?? { site, platform: device.platform, named, example: device, version: -1, ranked: [] }
    classes.set(key, of)
    classOf.set(device, of)
    ownCandidates.set(device, candidates)
    return of
  }

  for (const device of devices) {
    const of = classify(device)
    sizes.set(of, (sizes.get(of) ?? 0) + 1)
  }
  const confidence = createConfidence(
    credentials.map(({ name, username }) => ({
      name,
      hasRivals: (usernames.get(foldUsername(username))?.length ?? 0) > 1,
    })),
    sizes,
  )
  for (const [device, credential] of input.openedBefore)
    if (byName.has(credential)) confidence.remember(classify(device), credential)

  function rankedOf(of: ClassOfDevices): ClassOfDevices['ranked'] {
    const version = confidence.version(of) + forgotten
    if (of.version === version) return of.ranked
    of.version = version
    of.ranked = confidence
      .rank(of, (name) => doubtsOf(of.example, (byName.get(name) as { credential: Credential }).credential))
      .map((ranked) => ({ ...(byName.get(ranked.credential) as { credential: Credential; index: number }), ranked }))
      .sort(
        (a, b) =>
          b.ranked.confidence - a.ranked.confidence ||
          a.credential.priority - b.credential.priority ||
          // Equal: the record that was added last is the likelier one.
          b.index - a.index,
      )
      .map(({ credential, ranked: { confidence: value, named, learned } }) => ({
        credential,
        confidence: value,
        namedByTag: named,
        learned,
      }))
    return of.ranked
  }

  function change(of: ClassOfDevices, { site, tags, platform }: EvidenceChange): Reranked {
    if (!tags && !platform) return { sameSite: site }
    const others = (device: Device) => {
      const other = classify(device)
      return (platform && other.platform === of.platform) || (tags && tagsOf(other) === tagsOf(of))
    }
    return { sameSite: site, others }
  }

  return {
    of(device) {
      const ranked = rankedOf(classify(device))
      const own = ownCandidates.get(device) ?? []
      const isFirst = ({ reason }: Candidate) => reason === 'pin' || reason === 'worked-before'
      const first = own.filter(isFirst)
      const front = first.map((candidate) => ({
        credential: candidate.credential,
        confidence: provenConfidence,
        namedByTag: isNamed(candidate, device),
      }))
      const isCandidate = new Set(own.map(({ credential }) => credential.name))
      const rest = ranked.filter(({ credential, learned }) => {
        if (first.some((candidate) => candidate.credential.name === credential.name)) return false
        return isCandidate.has(credential.name) || (learned && mayLearn(device, credential))
      })
      return [...front, ...rest]
    },
    alike: (device) => sizes.get(classify(device)) ?? 1,
    hasOpenedAt: (device, { name }) => confidence.hasOpenedAt(classify(device), name),
    opened: (device, { name }) => change(classify(device), confidence.opened(classify(device), name)),
    rejected: (device, { name }) => change(classify(device), confidence.rejected(classify(device), name)),
    forget() {
      forgotten += 1
    },
  }
}

function isNamed({ reason, credential }: Candidate, device: Device): boolean {
  return reason === 'match' || (reason !== 'learned' && sharedTags(credential, device).length > 0)
}
