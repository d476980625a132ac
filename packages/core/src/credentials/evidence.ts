/** Where a device stands among others, for what they can tell about it. */
export interface Neighbourhood {
  readonly site: string
  readonly platform: string
  /** Devices whose tags name the same credentials share this key. */
  readonly tagKey: string
}

/** What was opened and what was rejected in one scope. */
export interface Tally {
  /** Devices opened, by whatever credential. */
  readonly opened: number
  readonly ok: ReadonlyMap<string, number>
  readonly fails: ReadonlyMap<string, number>
}

/** What is known around one device. */
export interface Surroundings {
  readonly everywhere: Tally
  readonly site: Tally
  readonly platform: Tally
  /** Site and platform. */
  readonly cell: Tally
  readonly tags: Tally
  /** The share of the place's devices whose tags name the credential, leaning on how often it opens anything. 0–1 */
  support(credential: string, overall: number): number
}

/** Where rankings have to be made again. */
export interface EvidenceChange {
  readonly site: boolean
  readonly tags: boolean
  readonly platform: boolean
}

/** Successes and rejections of this run and of earlier ones, by place and by tags. */
export interface Evidence {
  around(of: Neighbourhood): Surroundings
  /** Counts devices whose tags name these credentials. */
  addSupport(of: Neighbourhood, credentials: readonly string[], devices: number): void
  addSuccess(of: Neighbourhood, credential: string): EvidenceChange
  addRejection(of: Neighbourhood, credential: string): EvidenceChange
  /** Rises with every change that concerns the neighbourhood. */
  version(of: Neighbourhood): number
}

interface Scope {
  opened: number
  readonly ok: Map<string, number>
  readonly fails: Map<string, number>
  /** Devices of the scope, and how many of them each credential is named for. */
  devices: number
  readonly named: Map<string, number>
  version: number
}

export function createEvidence(): Evidence {
  const everywhere = newScope()
  const sites = new Map<string, Scope>()
  const platforms = new Map<string, Scope>()
  const cells = new Map<string, Map<string, Scope>>()
  const tags = new Map<string, Scope>()

  const cellOf = ({ site, platform }: Neighbourhood) =>
    entry(
      entry(cells, site, () => new Map<string, Scope>()),
      platform,
      newScope,
    )
  const scopesOf = (of: Neighbourhood) => ({
    site: entry(sites, of.site, newScope),
    platform: entry(platforms, of.platform, newScope),
    cell: cellOf(of),
    tags: entry(tags, of.tagKey, newScope),
  })

  return {
    around(of) {
      const { site, platform, cell, tags: sameTags } = scopesOf(of)
      const support = (credential: string, overall: number) =>
        0.4 * shareOf(site, credential) + 0.4 * shareOf(platform, credential) + 0.2 * overall
      return { everywhere, site, platform, cell, tags: sameTags, support }
    },

    addSupport(of, credentials, devices) {
      const { site, platform } = scopesOf(of)
      for (const scope of [site, platform]) {
        scope.devices += devices
        for (const credential of credentials) raise(scope.named, credential, devices / credentials.length)
      }
    },

    addSuccess(of, credential) {
      const scopes = scopesOf(of)
      const wasLearned = isLearnedFrom(scopes.platform, credential)
      const isStepOf = (scope: Scope) => {
        scope.opened += 1
        return isStep(raise(scope.ok, credential, 1))
      }
      isStepOf(everywhere)
      const [site, cell, sameTags] = [isStepOf(scopes.site), isStepOf(scopes.cell), isStepOf(scopes.tags)]
      isStepOf(scopes.platform)
      const platform = wasLearned !== isLearnedFrom(scopes.platform, credential)
      if (site || cell) scopes.site.version += 1
      if (sameTags) scopes.tags.version += 1
      if (platform) scopes.platform.version += 1
      return { site: site || cell, tags: sameTags, platform }
    },

    addRejection(of, credential) {
      const { site, cell } = scopesOf(of)
      const steps = [site, cell].map((scope) => isStep(raise(scope.fails, credential, 1)))
      if (steps.includes(true)) site.version += 1
      return { site: steps.includes(true), tags: false, platform: false }
    },

    version(of) {
      const { site, platform, tags: sameTags } = scopesOf(of)
      return site.version + platform.version + sameTags.version
    },
  }
}

/** It opened three devices, and nine tenths of all that were opened in the scope. */
export function isLearnedFrom({ ok, opened }: Tally, credential: string): boolean {
  const count = ok.get(credential) ?? 0
  return count >= 3 && count >= 0.9 * opened
}

function shareOf({ named, devices }: Scope, credential: string): number {
  return devices === 0 ? 0 : (named.get(credential) ?? 0) / devices
}

/**
 * Whether a count has grown enough to move a rate: each of the first sixteen, then every eighth part more. Rankings are
 * made again only then, which keeps a large site from being ranked again after each of its devices.
 */
function isStep(value: number): boolean {
  if (value <= 16) return true
  return value % 2 ** Math.floor(Math.log2(value) - 3) === 0
}

function newScope(): Scope {
  return { opened: 0, ok: new Map(), fails: new Map(), devices: 0, named: new Map(), version: 0 }
}

function raise(map: Map<string, number>, key: string, by: number): number {
  const value = (map.get(key) ?? 0) + by
  map.set(key, value)
  return value
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
