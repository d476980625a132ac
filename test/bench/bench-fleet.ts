import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '../../packages/core/src/secret.ts'
import type { DeviceDescription, FleetDescription } from '../support/simulated-fleet/description.ts'
import type { DevicePlace } from '../support/simulated-fleet/place.ts'
import { SeededRandom } from '../support/simulated-fleet/random.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'
import { makeVault } from '../support/temporary-vault.ts'
import type { BareDevice } from './clients/job.ts'

export interface BenchLogin {
  readonly name: string
  readonly username: string
  readonly password: string
}

export interface FleetPlan {
  readonly devices: number
  readonly credentials: number
  /** One username with several passwords, instead of a username each. @default false */
  readonly sameUsername?: boolean
  /** @default 4096 */
  readonly configurationBytes?: number
  /** @default 1 */
  readonly seed?: number
  /** Devices of a site; they share what is learned. @default all */
  readonly perSite?: number
}

/** A fleet, and what somebody knows who wants in: the logins, and their order on each device. */
export interface BenchFleet {
  readonly description: FleetDescription
  readonly logins: readonly BenchLogin[]
  /** Logins that are needed at the least by whoever tries in this order. */
  readonly minimum: number
}

/**
 * The right credential stands at each place of the order equally often, in an order that nothing foretells: half of all
 * tries have to fail, whoever makes them.
 */
export function benchFleet(plan: FleetPlan): BenchFleet {
  const { devices: count, credentials, sameUsername = false, configurationBytes = 4096, seed = 1 } = plan
  const logins = Array.from({ length: credentials }, (_, index) => ({
    name: `login-${index + 1}`,
    username: sameUsername ? 'admin' : `user-${index + 1}`,
    password: randomBytes(12).toString('base64url'),
  }))
  const rightOnes = shuffled(
    Array.from({ length: count }, (_, index) => index % credentials),
    new SeededRandom(`bench ${seed}`),
  )
  const devices = rightOnes.map((right, index): DeviceDescription => {
    const { username, password } = logins[right] as BenchLogin
    return {
      name: `sw-${String(index + 1).padStart(5, '0')}`,
      platform: 'cisco_ios',
      accounts: [{ username, password, privileged: true }],
      configuration: { bytes: configurationBytes },
      inventory: { site: `site-${Math.floor(index / (plan.perSite ?? count)) + 1}`, tags: ['bench'], realm: 'bench' },
    }
  })
  return {
    description: { devices, sharedHostKey: count > 500, seed },
    logins,
    minimum: rightOnes.reduce((sum, right) => sum + right + 1, 0),
  }
}

export interface BenchWorkspace extends AsyncDisposable {
  readonly folder: string
  readonly identity: string
  /** The same workspace, seen over these places, with what it knows by now; the caller removes it. */
  copy(places: readonly DevicePlace[]): Promise<BenchWorkspace>
}

/** A workspace for a fleet, its vault included. No limit of its own holds anything back: budgets are for the safety figures. */
export async function benchWorkspace(
  fleet: BenchFleet,
  places: readonly DevicePlace[],
  concurrency = 64,
): Promise<BenchWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  const { identity } = await makeVault(
    folder,
    fleet.logins.map(({ name, username, password }, index) => [
      name,
      { username, realm: 'bench', tags: ['bench'], priority: index + 1, hosts: ['127.0.0.0/8'] },
      { secret: { password: new Secret(password) } },
    ]),
  )
  const { description } = fleet
  const netlatch = {
    realms: { bench: { kind: 'device', lockout_threshold: 'none' } },
    limits: { concurrency, per_site: concurrency, connects_per_second: 10_000 },
    // The others ask for the running configuration alone.
    backups: { startup: false },
  }
  const write = (into: string, seen: readonly DevicePlace[]) =>
    fleetWorkspace({ description, places: seen }, into, { netlatch })
  await write(folder, places)
  const workspace = (here: string): BenchWorkspace => ({
    folder: here,
    identity: identity.reveal(),
    copy: async (seen) => {
      const there = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
      await cp(here, there, { recursive: true })
      await write(there, seen)
      return workspace(there)
    },
    [Symbol.asyncDispose]: () => rm(here, { recursive: true, force: true }),
  })
  return workspace(folder)
}

/** The fleet for a client without inventory and vault; `known`: only the right login. */
export function bareDevices(fleet: BenchFleet, places: readonly DevicePlace[], known = false): BareDevice[] {
  return places.map(({ name, address, port, hostKeys }, index) => {
    const right = fleet.description.devices[index]?.accounts?.[0]?.password
    return {
      name,
      address,
      port,
      hostKey: hostKeys[0]?.key ?? '',
      logins: fleet.logins.filter(({ password }) => !known || password === right),
    }
  })
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  return items
    .map((item) => ({ item, place: random.integer(1_000_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
