import { createEvidence, type Evidence, type Place } from './evidence.ts'

/** What makes devices alike when it comes to guessing a credential. */
export interface DeviceClass extends Place {
  /** Credentials that the devices' tags or the credentials' own expressions name, with their priority. */
  readonly named: readonly { readonly credential: string; readonly priority: number }[]
}

export interface RankedCredential {
  readonly credential: string
  /** 0–1; over all credentials of the vault it adds up to 1. */
  readonly confidence: number
  readonly named: boolean
  /** Not named, but it has opened enough neighbours to be tried. */
  readonly learned: boolean
}

export interface CredentialTraits {
  readonly name: string
  /** Another credential has the same username and another secret: a rejection then says more. */
  readonly hasRivals: boolean
}

/** What the ledger says against a credential in a place. */
export interface Doubts {
  /** It never worked, and a try of it was rejected without an excuse. */
  readonly neverWorked: boolean
  /** Its failures are counted where it is tried, or it has rivals: one rejection rules it out for its neighbours. */
  readonly isLocal: boolean
}

/**
 * How likely each credential opens a device: three predictors (what the tags name; the place; both together), mixed by how
 * well each foretold this run's successes. Deterministic; the cost of a ranking is linear in the credentials.
 */
export interface Confidence {
  rank(of: DeviceClass, doubtsOf: (credential: string) => Doubts): readonly RankedCredential[]
  /** A device of the class was opened: weighs the predictors, then takes it as evidence. */
  opened(of: DeviceClass, credential: string): EvidenceChange
  /** A device of the class was opened in an earlier run: evidence, but no test of the predictors. */
  remember(of: DeviceClass, credential: string): EvidenceChange
  rejected(of: DeviceClass, credential: string): EvidenceChange
  /** Whether the credential has opened a device of the class's site. */
  hasOpenedAt(of: DeviceClass, credential: string): boolean
  /** Raised whenever a ranking of the class may have changed enough to matter. */
  version(of: DeviceClass): number
}

/** Where rankings have to be looked at again. */
export interface EvidenceChange {
  readonly site: boolean
  readonly tags: boolean
  readonly platform: boolean
}

const neverWorkedFactor = 0.02
const ruledOutFactor = 0.01
/** One rejection of a secret with rivals weighs as much as this many successes of others. */
const rivalRejectionWeight = 20
const nothing = 0.02

type Predictions = readonly [tags: number, place: number, both: number]

export function createConfidence(
  credentials: readonly CredentialTraits[],
  classes: ReadonlyMap<DeviceClass, number>,
): Confidence {
  const evidence = createEvidence()
  for (const [each, devices] of classes)
    evidence.support(
      each,
      each.named.map(({ credential }) => credential),
      devices,
    )
  const count = credentials.length
  let logLoss: Predictions = [0, 0, 0]
  let weights: Predictions = [0.2, 0.2, 0.6]

  function predict(of: DeviceClass, { name, hasRivals }: CredentialTraits): Predictions {
    const prior = tagPrior(of, name, count)
    const byTags = (evidence.ok('tags', tagsOf(of), name) + 3 * prior) / (evidence.opened('tags', tagsOf(of)) + 3)
    const overall = (evidence.ok('all', '', name) + 5 / count) / (evidence.opened('all', '') + 5)
    const support = evidence.supportOf(of, name, overall)
    const against = hasRivals ? rivalRejectionWeight : 1
    const rate = (scope: 'site' | 'platform' | 'cell', key: string, expected: number) =>
      (evidence.ok(scope, key, name) + 2 * expected) /
      (evidence.opened(scope, key) + (scope === 'platform' ? 0 : against * evidence.fails(scope, key, name)) + 2)
    const atSite = rate('site', of.site, support)
    const onPlatform = rate('platform', of.platform, support)
    const crossed = Math.min(1, (atSite * onPlatform) / (overall + nothing))
    const byPlace = rate('cell', cellOf(of), 0.5 * atSite + 0.5 * crossed)
    return [byTags, byPlace, (byTags * byPlace) / (overall + nothing)]
  }

  return {
    rank(of, doubtsOf) {
      const scored = credentials.map((traits) => {
        const { neverWorked, isLocal } = doubtsOf(traits.name)
        const isRuledOut =
          (isLocal || traits.hasRivals) &&
          evidence.fails('site', of.site, traits.name) > 0 &&
          evidence.ok('site', of.site, traits.name) === 0
        const mixed = predict(of, traits).reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0)
        const score = mixed * (neverWorked ? neverWorkedFactor : 1) * (isRuledOut ? ruledOutFactor : 1)
        return { traits, score }
      })
      const total = scored.reduce((sum, { score }) => sum + score, 1e-9)
      return scored.map(({ traits, score }) => ({
        credential: traits.name,
        confidence: score / total,
        named: of.named.some(({ credential }) => credential === traits.name),
        learned: isLearned(evidence, of, traits.name),
      }))
    },

    opened(of, credential) {
      const predictions = credentials.map((traits) => predict(of, traits))
      const right = predictions[credentials.findIndex(({ name }) => name === credential)] ?? [0, 0, 0]
      logLoss = mapThree((index) => {
        const total = predictions.reduce((sum, each) => sum + each[index], 0)
        return logLoss[index] * 0.995 + Math.log(right[index] / total + 1e-4)
      })
      const best = Math.max(...logLoss)
      const raw = mapThree((index) => Math.exp((logLoss[index] - best) * 0.5))
      const sum = raw[0] + raw[1] + raw[2]
      weights = mapThree((index) => raw[index] / sum)
      return evidence.addSuccess(of, tagsOf(of), credential)
    },

    remember: (of, credential) => evidence.addSuccess(of, tagsOf(of), credential),
    rejected: (of, credential) => evidence.addRejection(of, credential),
    hasOpenedAt: ({ site }, credential) => evidence.ok('site', site, credential) > 0,
    version: (of) => evidence.version(of, tagsOf(of)),
  }
}

/** Tags name a credential with 0.8 in all, shared by those of the best priority; nothing named is a blind guess. */
function tagPrior({ named }: DeviceClass, credential: string, count: number): number {
  if (named.length === 0) return 1 / count
  const best = Math.min(...named.map(({ priority }) => priority))
  const first = named.filter(({ priority }) => priority === best).length
  const own = named.find((each) => each.credential === credential)
  if (!own) return 0.2 / Math.max(1, count - named.length)
  return own.priority === best ? 0.8 / first : 0.1 / Math.max(1, named.length - first)
}

/** It opened two devices of the site, or three and nine tenths of those of the platform. */
function isLearned(evidence: Evidence, of: DeviceClass, credential: string): boolean {
  const onPlatform = evidence.ok('platform', of.platform, credential)
  return (
    evidence.ok('site', of.site, credential) >= 2 ||
    (onPlatform >= 3 && onPlatform >= 0.9 * evidence.opened('platform', of.platform))
  )
}

/** Devices with the same named credentials share what was learned about their tags. */
export function tagsOf({ named }: Pick<DeviceClass, 'named'>): string {
  return named.map(({ credential }) => credential).join('\0')
}

function cellOf({ site, platform }: Place): string {
  return `${site}\0${platform}`
}

function mapThree(value: (index: 0 | 1 | 2) => number): Predictions {
  return [value(0), value(1), value(2)]
}
