/** A place in a file that a user owns. Lines and columns count from 1; `file` is relative to the workspace. */
export interface Origin {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Something wrong with what a user wrote. Errors stop the command (exit 3); warnings are shown and the work goes on. */
export interface Problem {
  /** Stable and kebab-case, as `unknown-platform`: what editors and tests switch on. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** What was found, without the place. */
  readonly message: string
  /** What to do about it: one command or one sentence. */
  readonly advice?: string
  readonly at: Origin
}

export const deviceStatuses = [
  'active',
  'planned',
  'staged',
  'failed',
  'offline',
  'decommissioning',
  'inventory',
] as const

/** The life cycle of a device (NetBox's words). What came out of a test is its result, never its status. */
export type DeviceStatus = (typeof deviceStatuses)[number]

export const algorithmProfiles = ['modern', 'legacy-sha1', 'museum'] as const

/** Which SSH algorithms a device may be offered. See connection/algorithm-profiles.ts. */
export type AlgorithmProfile = (typeof algorithmProfiles)[number]

/** One box of the inventory, with defaults and groups already merged into it. */
export interface Device {
  readonly name: string
  /** Addresses or names, tried in this order. At least one. */
  readonly hosts: readonly string[]
  readonly port: number
  /** Netmiko's device_type, or `autodetect`. */
  readonly platform: string
  readonly transport: 'ssh' | 'telnet'
  readonly status: DeviceStatus
  readonly site?: string
  readonly role?: string
  /** In the order they are merged; tags of all of them and of the device add up. */
  readonly groups: readonly string[]
  readonly tags: readonly string[]
  /** Who is asked first about a login on this device; a name of `realms:`, or `on-device`. */
  readonly realm?: string
  /** A name of `jump_hosts:`. */
  readonly jumpHost?: string
  /** The pin: this credential is tried first. */
  readonly credential?: string
  readonly expect?: { readonly hostname?: string; readonly serial?: string }
  readonly ssh: {
    readonly algorithms: AlgorithmProfile
    readonly reason?: string
    /** ISO date after which the profile is due for another look. */
    readonly until?: string
  }
  /** Where the device's name stands. */
  readonly origin: Origin
  /** Where each effective value stands, by its key in the file (`platform`, `ssh.algorithms`), and which layer gave it. */
  readonly origins: Readonly<Record<string, ValueOrigin>>
}

export interface ValueOrigin extends Origin {
  /** `defaults`, `group dc1` or `device`. */
  readonly layer: string
}

/** The public part of a credential: everything but its secret. */
export interface Credential {
  readonly name: string
  /** +1 whenever the secret or the public part changes: tells an old record, and a change while the vault is locked. */
  readonly rev: number
  readonly username: string
  /** Who counts its failed logins; a name of `realms:`, or `on-device`. */
  readonly realm?: string
  /** Failed logins in a row that lock its account, where whoever brings it says so. @default what its realm says */
  readonly lockoutThreshold?: number
  /** 1–1000, lower is tried first. @default 100 */
  readonly priority: number
  readonly tags: readonly string[]
  /** A selection expression without status and state keys. */
  readonly match?: string
  /** Where it may be sent: CIDRs, name patterns or `any`. */
  readonly hosts: readonly string[]
  readonly ports?: readonly number[]
  /** Break-glass: a candidate only when somebody asks for it. */
  readonly fallback: boolean
  /** The reference (`env:CORE_PASSWORD`) when the secret is not sealed in the vault. */
  readonly reference?: string
  readonly origin: Origin
}

/** What a prompt says about the rights of a session. */
export type Privilege = 'user' | 'privileged' | 'unknown'

/** A credential that may be tried on a device. */
export interface Candidate {
  readonly credential: Credential
  readonly reason: CandidateReason
  /** `worked here 41 d ago, unchanged since`, `tag core · priority 10` … */
  readonly because: string
  /** Where the reason stands; absent when it comes from the state or the caller. */
  readonly at?: Origin
}

export type CandidateReason = 'pin' | 'worked-before' | 'asked-for' | 'match' | 'learned' | 'default'

/** One login (or enable) that was granted, as history shows it. Holds no secret. */
export interface Attempt {
  readonly device: string
  readonly credential: string
  readonly username: string
  readonly purpose: 'login' | 'enable'
  readonly outcome: AttemptOutcome | 'in-flight'
  readonly at: Date
  readonly durationMs?: number
}

/**
 * What became of a granted secret. Only `ok` and `unsent` are proofs; everything else counts as a failed login,
 * because some devices answer a wrong password with nothing but a time-out.
 */
export type AttemptOutcome = 'ok' | 'rejected' | 'unclear' | 'unsent'
