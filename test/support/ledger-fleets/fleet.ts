import type { Credential, Device } from '../../../packages/core/src/model.ts'

/** How login servers and devices punish failed logins. */
export interface LockoutPolicy {
  /** Failures in a row that lock a login server's account. */
  readonly threshold: number
  /** A locked account stays locked until somebody unlocks it. Otherwise for 15 minutes. */
  readonly isForever: boolean
  /** `login block-for`: so many failures on one device within the time make it refuse everybody for as long. */
  readonly blockAfter: number
  readonly blockMs: number
}

export const policies = {
  'three, for ever': { threshold: 3, isForever: true, blockAfter: 3, blockMs: 120_000 },
  'three, 15 min': { threshold: 3, isForever: false, blockAfter: 5, blockMs: 120_000 },
  'five, for ever': { threshold: 5, isForever: true, blockAfter: 5, blockMs: 60_000 },
  'five, 15 min': { threshold: 5, isForever: false, blockAfter: 3, blockMs: 60_000 },
  'ten, 15 min': { threshold: 10, isForever: false, blockAfter: 3, blockMs: 120_000 },
} as const satisfies Record<string, LockoutPolicy>

/** Devices count three failures on their local users, whatever the servers do. */
export const localThreshold = 3

export interface Account {
  password: string
  /** Knows the username on every device of the server, with whatever rights: a right password always opens. */
  readonly opensEverything: boolean
  streak: number
  /** Failures of the streak that were ours. */
  ours: number
  lastFailureAt: number
  lockedUntil: number
}

export interface SimulatedDevice {
  readonly device: Device
  /** Asked first; its local users count only where there is none, or it does not answer. */
  readonly server: string | undefined
  /** The one username of the server that may log in here. */
  readonly group: string | undefined
  readonly local: ReadonlyMap<string, Account>
  readonly isDead: boolean
  failures: { readonly at: number; readonly ours: boolean }[]
  blockedUntil: number
}

export interface LoginServer {
  readonly accounts: Map<string, Account>
  /** Sites that cannot reach it. */
  readonly downAt: Set<string>
}

export interface Fleet {
  readonly devices: readonly SimulatedDevice[]
  readonly credentials: readonly Credential[]
  readonly passwords: ReadonlyMap<string, string>
  readonly servers: ReadonlyMap<string, LoginServer>
  readonly policy: LockoutPolicy
  /** A lab: nothing ever locks. */
  readonly neverLocks: boolean
  /** Passwords that change while the run goes on. */
  readonly rotations: readonly { readonly atMs: number; readonly server: string; readonly username: string }[]
}

export function newAccount(password: string, opensEverything = false): Account {
  return {
    password,
    opensEverything,
    streak: 0,
    ours: 0,
    lastFailureAt: Number.NEGATIVE_INFINITY,
    lockedUntil: 0,
  }
}

const origin = { file: 'inventory.yaml', line: 1, column: 1 }

export function newDevice(index: number, site: string, platform: string, tags: readonly string[]): Device {
  return {
    name: `d${index}`,
    hosts: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`],
    port: 22,
    platform,
    transport: 'ssh',
    status: 'active',
    site,
    groups: [],
    tags,
    ssh: { algorithms: 'modern' },
    origin,
    origins: {},
  }
}

export function newCredential(name: string, username: string, tags: readonly string[], priority = 100): Credential {
  return { name, rev: 1, username, priority, tags, hosts: ['any'], fallback: false, origin }
}

export function secretIdOf(fleet: Fleet, credential: Credential): string {
  return `${credential.username} ${fleet.passwords.get(credential.name)}`
}

/** Whether some credential of the vault is right for the device. */
export function isOpenable(fleet: Fleet, simulated: SimulatedDevice): boolean {
  if (simulated.isDead) return false
  return fleet.credentials.some((credential) => {
    const password = fleet.passwords.get(credential.name)
    const server = answeringServer(fleet, simulated)
    if (!server) return simulated.local.get(credential.username)?.password === password
    const isMember = simulated.group === undefined || simulated.group === credential.username
    return isMember && server.accounts.get(credential.username)?.password === password
  })
}

export function answeringServer(fleet: Fleet, { server, device }: SimulatedDevice): LoginServer | undefined {
  const found = server === undefined ? undefined : fleet.servers.get(server)
  return found?.downAt.has(device.site ?? '') ? undefined : found
}
