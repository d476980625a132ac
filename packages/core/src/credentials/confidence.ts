import {
  createEvidence,
  type EvidenceChange,
  isLearnedFrom,
  type Neighbourhood,
  type Surroundings,
  type Tally,
} from './evidence.ts'

/** What makes devices alike when it comes to guessing a credential. */
export interface DeviceClass extends Neighbourhood {
  /** Credentials that the devices' tags or the credentials' own expressions name, with their priority. */
  readonly named: readonly { readonly credential: string; readonly priority: number }[]
}

export interface RankedCredential {
  readonly credential: string
  /** 0–1; over all credentials of the vault it adds up to 1. */
  readonly confidence: number
  readonly named: boolean
  /** It has opened enough neighbours to be tried where nothing names it. */
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
  /** Each device counts for itself: one rejection rules the credential out for its neighbours. */
  readonly isLocal: boolean
}

/**
 * How likely each credential opens a device: three predictors (what the tags name; the place; both together), mixed by how
 * well each foretold this run's successes. Deterministic; a ranking costs time linear in the number of credentials.
 */
export interface Confidence {
  /** In the order of the credentials. */
  rank(of: DeviceClass, doubtsOf: (credential: string) => Doubts): readonly RankedCredential[]
  /** A device of the class was opened: weighs the predictors, then takes it as evidence. */
  opened(of: DeviceClass, credential: string): EvidenceChange
  /** A device of the class was opened in an earlier run: evidence, but no test of the predictors. */
  remember(of: DeviceClass, credential: string): EvidenceChange
  rejected(of: DeviceClass, credential: string): EvidenceChange
  hasOpenedAt(of: DeviceClass, credential: string): boolean
  /** Rises whenever a ranking of the class may have changed enough to matter. */
  version(of: DeviceClass): number
}

const neverWorkedFactor = 0.02
const ruledOutFactor = 0.01
/** One rejection of a secret with rivals weighs as much as this many successes of others. */
const rivalRejectionWeight = 20
/** Keeps rates of things never seen from dividing by nothing. */
const floor = 0.02
/** What one success of the past weighs after each new one, and how sharply the better predictor is preferred. */
const memory = 0.995
const sharpness = 0.5

type Predictions = readonly [tags: number, place: number, both: number]

export function createConfidence(
  credentials: readonly CredentialTraits[],
  classes: ReadonlyMap<DeviceClass, number>,
): Confidence {
  const evidence = createEvidence()
  for (const [of, devices] of classes) {
    const named = of.named.map(({ credential }) => credential)
    evidence.addSupport(of, named, devices)
  }
  let logLoss: Predictions = [0, 0, 0]
  let weights: Predictions = [0.2, 0.2, 0.6]

  const predictAll = (of: DeviceClass): readonly Predictions[] => {
    const around = evidence.around(of)
    const priorOf = tagPriors(of, credentials.length)
    return credentials.map((traits) => predict(around, traits, priorOf(traits.name), credentials.length))
  }

  return {
    rank(of, doubtsOf) {
      const { site, platform } = evidence.around(of)
      const predictions = predictAll(of)
      const scores = credentials.map(({ name, hasRivals }, index) => {
        const { neverWorked, isLocal } = doubtsOf(name)
        const isRuledOut = (isLocal || hasRivals) && countOf(site.fails, name) > 0 && countOf(site.ok, name) === 0
        const mixed = mix(predictions[index] ?? [0, 0, 0], weights)
        return mixed * (neverWorked ? neverWorkedFactor : 1) * (isRuledOut ? ruledOutFactor : 1)
      })
      const total = scores.reduce((sum, score) => sum + score, 1e-9)
      return credentials.map(({ name }, index) => ({
        credential: name,
        confidence: (scores[index] ?? 0) / total,
        named: of.named.some(({ credential }) => credential === name),
        learned: countOf(site.ok, name) >= 2 || isLearnedFrom(platform, name),
      }))
    },

    opened(of, credential) {
      const predictions = predictAll(of)
      const right = predictions[credentials.findIndex(({ name }) => name === credential)] ?? [0, 0, 0]
      logLoss = mapThree((index) => {
        const total = predictions.reduce((sum, each) => sum + each[index], 0)
        return logLoss[index] * memory + Math.log(right[index] / total + 1e-4)
      })
      const best = Math.max(...logLoss)
      const raw = mapThree((index) => Math.exp((logLoss[index] - best) * sharpness))
      const total = raw[0] + raw[1] + raw[2]
      weights = mapThree((index) => raw[index] / total)
      return evidence.addSuccess(of, credential)
    },

    remember: (of, credential) => evidence.addSuccess(of, credential),
    rejected: (of, credential) => evidence.addRejection(of, credential),
    hasOpenedAt: (of, credential) => countOf(evidence.around(of).site.ok, credential) > 0,
    version: (of) => evidence.version(of),
  }
}

function predict(
  { everywhere, site, platform, cell, tags, support }: Surroundings,
  { name, hasRivals }: CredentialTraits,
  prior: number,
  credentials: number,
): Predictions {
  const byTags = (countOf(tags.ok, name) + 3 * prior) / (tags.opened + 3)
  const overall = (countOf(everywhere.ok, name) + 5 / credentials) / (everywhere.opened + 5)
  const expected = support(name, overall)
  const against = hasRivals ? rivalRejectionWeight : 1
  const atSite = rate(site, name, expected, against)
  const onPlatform = rate(platform, name, expected, 0)
  const crossed = Math.min(1, (atSite * onPlatform) / (overall + floor))
  const byPlace = rate(cell, name, 0.5 * atSite + 0.5 * crossed, against)
  return [byTags, byPlace, (byTags * byPlace) / (overall + floor)]
}

/** Successes among the tries that speak for or against the credential, leaning on what was expected like two tries. */
function rate({ ok, fails, opened }: Tally, credential: string, expected: number, against: number): number {
  return (countOf(ok, credential) + 2 * expected) / (opened + against * countOf(fails, credential) + 2)
}

/** Tags name a credential with 0.8 in all, shared by those of the best priority; where nothing is named all are equal. */
function tagPriors({ named }: DeviceClass, credentials: number): (credential: string) => number {
  if (named.length === 0) return () => 1 / credentials
  const best = Math.min(...named.map(({ priority }) => priority))
  const first = named.filter(({ priority }) => priority === best).length
  const priorities = new Map(named.map(({ credential, priority }) => [credential, priority]))
  return (credential) => {
    const priority = priorities.get(credential)
    if (priority === undefined) return 0.2 / Math.max(1, credentials - named.length)
    return priority === best ? 0.8 / first : 0.1 / Math.max(1, named.length - first)
  }
}

function mix(values: Predictions, weights: Predictions): number {
  return values[0] * weights[0] + values[1] * weights[1] + values[2] * weights[2]
}

function mapThree(value: (index: 0 | 1 | 2) => number): Predictions {
  return [value(0), value(1), value(2)]
}

function countOf(counts: ReadonlyMap<string, number>, credential: string): number {
  return counts.get(credential) ?? 0
}
