import type { EvidenceChange } from './confidence.ts'

export interface Place {
  readonly site: string
  readonly platform: string
}

type Scope = 'all' | 'site' | 'platform' | 'cell' | 'tags'

/** What opened and what was rejected, by place and by tags; and what the tags promise before anything was tried. */
export interface Evidence {
  ok(scope: Scope, key: string, credential: string): number
  fails(scope: Scope, key: string, credential: string): number
  /** Devices opened in the scope, by whatever credential. */
  opened(scope: Scope, key: string): number
  /** Counts devices of a place whose tags name these credentials. */
  support(place: Place, credentials: readonly string[], devices: number): void
  /** The share of a place's devices whose tags name the credential, leaning on how often it opens anything. */
  supportOf(place: Place, credential: string, overall: number): number
  addSuccess(place: Place, tags: string, credential: string): EvidenceChange
  addRejection(place: Place, credential: string): EvidenceChange
  version(place: Place, tags: string): number
}

interface Tally {
  opened: number
  readonly ok: Map<string, number>
  readonly fails: Map<string, number>
}

interface Support {
  devices: number
  readonly named: Map<string, number>
}

export function createEvidence(): Evidence {
  const tallies = new Map<string, Tally>()
  const supports = new Map<string, Support>()
  const versions = new Map<string, number>()

  const tally = (scope: Scope, key: string) => tallies.get(`${scope}\0${key}`)
  const scopesOf = ({ site, platform }: Place): [Scope, string][] => [
    ['site', site],
    ['platform', platform],
    ['cell', `${site}\0${platform}`],
  ]

  function tallyToChange(scope: Scope, key: string): Tally {
    const found = tally(scope, key)
    if (found) return found
    const made = { opened: 0, ok: new Map<string, number>(), fails: new Map<string, number>() }
    tallies.set(`${scope}\0${key}`, made)
    return made
  }

  function raise(scope: Scope, key: string): void {
    const name = `${scope}\0${key}`
    versions.set(name, (versions.get(name) ?? 0) + 1)
  }

  function share(scope: Scope, key: string, credential: string): number {
    const support = supports.get(`${scope}\0${key}`)
    return support ? (support.named.get(credential) ?? 0) / support.devices : 0
  }

  function isLearnedOn(platform: string, credential: string): boolean {
    const seen = tally('platform', platform)
    const ok = seen?.ok.get(credential) ?? 0
    return ok >= 3 && ok >= 0.9 * (seen?.opened ?? 0)
  }

  return {
    ok: (scope, key, credential) => tally(scope, key)?.ok.get(credential) ?? 0,
    fails: (scope, key, credential) => tally(scope, key)?.fails.get(credential) ?? 0,
    opened: (scope, key) => tally(scope, key)?.opened ?? 0,

    support(place, credentials, devices) {
      for (const [scope, key] of scopesOf(place)) {
        const name = `${scope}\0${key}`
        const support = supports.get(name) ?? { devices: 0, named: new Map<string, number>() }
        supports.set(name, support)
        support.devices += devices
        for (const credential of credentials) count(support.named, credential, devices / credentials.length)
      }
    },
    supportOf: ({ site, platform }, credential, overall) =>
      0.4 * share('site', site, credential) + 0.4 * share('platform', platform, credential) + 0.2 * overall,

    addSuccess(place, tags, credential) {
      const wasLearned = isLearnedOn(place.platform, credential)
      const scopes: [Scope, string][] = [['all', ''], ['tags', tags], ...scopesOf(place)]
      const steps = new Set<Scope>()
      for (const [scope, key] of scopes) {
        const seen = tallyToChange(scope, key)
        seen.opened += 1
        if (isStep(count(seen.ok, credential, 1))) steps.add(scope)
      }
      const change = {
        site: steps.has('site') || steps.has('cell'),
        tags: steps.has('tags'),
        platform: wasLearned !== isLearnedOn(place.platform, credential),
      }
      if (change.site) raise('site', place.site)
      if (change.tags) raise('tags', tags)
      if (change.platform) raise('platform', place.platform)
      return change
    },

    addRejection(place, credential) {
      const steps = scopesOf(place).map(([scope, key]) => isStep(count(tallyToChange(scope, key).fails, credential, 1)))
      const site = steps.some(Boolean)
      if (site) raise('site', place.site)
      return { site, tags: false, platform: false }
    },

    version: ({ site, platform }, tags) =>
      (versions.get(`site\0${site}`) ?? 0) +
      (versions.get(`platform\0${platform}`) ?? 0) +
      (versions.get(`tags\0${tags}`) ?? 0),
  }
}

/**
 * Whether a count has grown enough to move a rate: each of the first eight, then every eighth part more. Rankings are made
 * again only then, which keeps a large site from being ranked again after each of its devices.
 */
function isStep(value: number): boolean {
  if (value <= 8) return true
  const step = 2 ** Math.floor(Math.log2(value) - 3)
  return value % step === 0
}

function count(map: Map<string, number>, key: string, by: number): number {
  const value = (map.get(key) ?? 0) + by
  map.set(key, value)
  return value
}
