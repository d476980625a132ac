import type { Credential } from '../../../packages/core/src/model.ts'
import {
  type Fleet,
  type LockoutPolicy,
  type LoginServer,
  newAccount,
  newCredential,
  newDevice,
  type SimulatedDevice,
} from './fleet.ts'
import { createRandom, pick, type Random } from './random.ts'

export const fleetNames = [
  'a',
  'b',
  'c1',
  'c2',
  'c3',
  'ca',
  'd',
  'e-first',
  'e-last',
  'f',
  'g',
  'h',
  'n',
  'rotated',
  'x',
  'y',
  'z',
] as const

/**
 * The fleets that the attempt rules were drawn from. a: two shared accounts, three local ones, good tags · b: a fifth of the
 * tags wrong or missing · c: ten sites bought, one `admin` each (c1 tags per site, c2 the same but sloppy, c3 one tag for
 * all, ca one shared account after all) · d: a lab · e: an old secret still in the vault, added first or last · f: one
 * mistyped · g: the login server of one site down · h: 5,000 devices, 20 credentials · n: tags that tell nothing apart ·
 * rotated: a password changes during the run · x, y, z: a second login server knows the username, on sites of its own, on
 * a platform of its own, nowhere apart.
 */
export type FleetName = (typeof fleetNames)[number]

export function createFleet(name: FleetName, seed: number, policy: LockoutPolicy): Fleet {
  const random = createRandom(seed * 7919 + [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0))
  const build = new FleetBuilder(random, policy)
  if (name === 'd') lab(build)
  else if (name === 'h') large(build)
  else if (name[0] === 'c') acquired(build, name)
  else corporate(build, name)
  return build.fleet()
}

class FleetBuilder {
  readonly random: Random
  readonly servers = new Map<string, LoginServer>()
  neverLocks = false
  rotations: Fleet['rotations'] = []
  readonly #policy: LockoutPolicy
  readonly #credentials: Credential[] = []
  readonly #passwords = new Map<string, string>()
  #devices: (SimulatedDevice & { readonly rightTag: string })[] = []

  constructor(random: Random, policy: LockoutPolicy) {
    this.random = random
    this.#policy = policy
  }

  get count(): number {
    return this.#devices.length
  }

  account(server: string, username: string, password: string, opensEverything = false): void {
    const found = this.servers.get(server) ?? { accounts: new Map(), downAt: new Set<string>() }
    this.servers.set(server, found)
    found.accounts.set(username, newAccount(password, opensEverything))
  }

  credential(name: string, username: string, password: string, tags: readonly string[], priority = 100): void {
    this.#credentials.push(newCredential(name, username, tags, priority))
    this.#passwords.set(name, password)
  }

  device(
    site: string,
    platform: string,
    tag: string,
    { server, group, local = {} }: { server?: string; group?: string; local?: Readonly<Record<string, string>> },
  ): void {
    this.#devices.push({
      device: newDevice(this.count, site, platform, [tag]),
      rightTag: tag,
      server,
      group,
      local: new Map(Object.entries(local).map(([username, password]) => [username, newAccount(password)])),
      isDead: this.random() < 0.01,
      failures: [],
      blockedUntil: 0,
    })
  }

  /** Takes the tag from a share of the devices, and gives a wrong one to another share. */
  makeSloppy(missing: number, wrong: number, tags: readonly string[], isMeant = (_tag: string) => true): void {
    this.#devices = this.#devices.map((simulated) => {
      if (!isMeant(simulated.rightTag)) return simulated
      const chance = this.random()
      if (chance >= missing + wrong) return simulated
      const others = tags.filter((tag) => tag !== simulated.rightTag)
      return retagged(simulated, chance < missing ? [] : [pick(this.random, others)])
    })
  }

  giveAll(tag: string): void {
    this.#devices = this.#devices.map((simulated) => retagged(simulated, [tag]))
    this.#credentials.splice(0, Infinity, ...this.#credentials.map((credential) => ({ ...credential, tags: [tag] })))
  }

  fleet(): Fleet {
    return {
      devices: this.#devices,
      credentials: this.#credentials,
      passwords: this.#passwords,
      servers: this.servers,
      policy: this.#policy,
      neverLocks: this.neverLocks,
      rotations: this.rotations,
    }
  }
}

function retagged<T extends SimulatedDevice>(simulated: T, tags: readonly string[]): T {
  return { ...simulated, device: { ...simulated.device, tags } }
}

function lab(build: FleetBuilder): void {
  const { random } = build
  const users = [
    ['admin', 'lab1'],
    ['root', 'lab2'],
    ['cisco', 'lab3'],
  ] as const
  build.neverLocks = true
  for (const [index, [username, password]] of users.entries())
    build.credential(`lab${index}`, username, password, [`lab${index}`])
  for (let made = 0; made < 500; made++) {
    const index = Math.floor(random() * users.length)
    const [username, password] = users[index] ?? users[0]
    const site = `lab-${Math.floor(random() * 12)}`
    build.device(site, pick(random, ['ios', 'eos', 'linux']), `lab${index}`, { local: { [username]: password } })
  }
  build.makeSloppy(0.1, 0.1, ['lab0', 'lab1', 'lab2'])
}

function acquired(build: FleetBuilder, name: FleetName): void {
  const tagOf = (site: number) => (name === 'c3' || name === 'ca' ? 'acq' : `acq-${site}`)
  for (let site = 0; site < 10; site++) build.credential(`acq-${site}`, 'admin', `pw${site}`, [tagOf(site)])
  if (name === 'ca') build.account('T', 'admin', 'pw4')
  for (let made = 0; made < 500; made++) {
    const site = made % 10
    const where = name === 'ca' ? { server: 'T' } : { local: { admin: `pw${site}` } }
    build.device(`acq-${site}`, pick(build.random, ['ios', 'junos', 'huawei']), tagOf(site), where)
  }
  if (name === 'c2')
    build.makeSloppy(
      0.1,
      0.1,
      Array.from({ length: 10 }, (_, site) => `acq-${site}`),
    )
}

function large(build: FleetBuilder): void {
  const { random } = build
  const coreUser = (region: number) => (region < 2 ? 'netops' : `netops${region}`)
  const tags: string[] = []
  for (let region = 0; region < 4; region++) {
    build.account(`T${region}`, coreUser(region), `np${region}`)
    build.account(`T${region}`, `netdc${region}`, `dp${region}`)
    build.credential(`netops-r${region}`, coreUser(region), `np${region}`, [`core-r${region}`])
    build.credential(`netdc-r${region}`, `netdc${region}`, `dp${region}`, [`dc-r${region}`])
    tags.push(`core-r${region}`, `dc-r${region}`)
  }
  for (let index = 0; index < 12; index++) {
    build.credential(`loc${index}`, `loc${index}`, `lp${index}`, [`leg${index}`])
    tags.push(`leg${index}`)
  }
  for (let site = 0; site < 250; site++) {
    const region = site % 4
    const kind = random()
    const size = 10 + Math.floor(random() * 20)
    const legacy = Math.floor(random() * 12)
    for (let made = 0; made < size && build.count < 5000; made++) {
      const platform = pick(random, ['ios', 'ios', 'ios', 'eos', 'junos'])
      if (kind < 0.15)
        build.device(`s${site}`, platform, `leg${legacy}`, { local: { [`loc${legacy}`]: `lp${legacy}` } })
      else if (random() < 0.04) build.device(`s${site}`, 'mikrotik', 'leg11', { local: { loc11: 'lp11' } })
      else {
        const group = kind < 0.4 ? `netdc${region}` : coreUser(region)
        const tag = kind < 0.4 ? `dc-r${region}` : `core-r${region}`
        build.device(`s${site}`, platform, tag, { server: `T${region}`, group })
      }
    }
  }
  while (build.count < 5000) {
    const site = build.count % 250
    const region = site % 4
    build.device(`s${site}`, 'ios', `core-r${region}`, { server: `T${region}`, group: coreUser(region) })
  }
  build.makeSloppy(0.025, 0.025, tags)
}

function corporate(build: FleetBuilder, name: FleetName): void {
  const { random } = build
  build.account('T', 'netops', 'np')
  build.account('T', 'netdc', 'dp')
  if (name === 'e-first') build.credential('netops-old', 'netops', 'OLD', ['core'])
  build.credential('netops', 'netops', 'np', ['core'])
  if (name === 'e-last') build.credential('netops-old', 'netops', 'OLD', ['core'])
  build.credential('netdc', 'netdc', 'dp', ['dc'])
  build.credential('legacy', 'legacyops', 'lp', ['legacy'])
  build.credential('mikrotik', 'mtadmin', 'mp', ['mikrotik'])
  build.credential('acq', 'siteadmin', 'ap', ['acq'])
  if (name === 'f') {
    build.account('T', 'svc-disco', 'sp', true)
    build.credential('svc-disco', 'svc-disco', 'TYPO', ['core', 'dc'], 50)
  }
  if (name === 'g') build.credential('breakglass', 'breakglass', 'bg', ['core', 'dc'], 200)
  const hasSecondServer = name === 'x' || name === 'y' || name === 'z'
  if (hasSecondServer) {
    build.account('X', 'netops', 'OTHER', true)
    build.account('X', 'xops', 'xp')
    build.credential('xops', 'xops', 'xp', ['xsite'])
  }
  for (let site = 0; site < 26 && build.count < 500; site++) {
    const kind =
      site < 11 ? 'core' : site < 18 ? 'dc' : site < 21 ? 'legacy' : site < 23 ? 'acq' : name === 'x' ? 'xsite' : 'core'
    const size = 15 + Math.floor(random() * 9)
    for (let made = 0; made < size && build.count < 500; made++) corporateDevice(build, name, `s${site}`, kind)
  }
  if (name === 'n') build.giveAll('all')
  if (name === 'b') build.makeSloppy(0.1, 0.1, ['core', 'dc', 'legacy', 'mikrotik', 'acq'])
  if (hasSecondServer) build.makeSloppy(0, name === 'x' ? 0.5 : 0.2, ['core'], (tag) => tag === 'xsite')
  if (name === 'g') build.servers.get('T')?.downAt.add(`s${Math.floor(random() * 18)}`)
  if (name === 'rotated') build.rotations = [{ atMs: 4000 + random() * 6000, server: 'T', username: 'netops' }]
}

function corporateDevice(build: FleetBuilder, name: FleetName, site: string, kind: string): void {
  const { random } = build
  const platform = pick(random, ['ios', 'ios', 'eos', 'junos'])
  if (kind === 'legacy') {
    build.device(site, pick(random, ['ios', 'procurve']), 'legacy', { local: { legacyops: 'lp' } })
  } else if (kind === 'acq') {
    build.device(site, platform, 'acq', { local: { siteadmin: 'ap' } })
  } else if (kind === 'xsite') {
    build.device(site, platform, 'xsite', { server: 'X', group: 'xops' })
  } else {
    const chance = random()
    if (chance < 0.03) build.device(site, 'mikrotik', 'mikrotik', { local: { mtadmin: 'mp' } })
    else if (chance < 0.06) build.device(site, 'ios', 'legacy', { local: { legacyops: 'lp' } })
    else if ((name === 'y' || name === 'z') && chance < 0.16)
      build.device(site, name === 'y' ? 'panos' : platform, 'xsite', { server: 'X', group: 'xops' })
    else
      build.device(site, platform, kind, {
        server: 'T',
        group: kind === 'core' ? 'netops' : 'netdc',
        ...(name === 'g' && { local: { breakglass: 'bg' } }),
      })
  }
}
