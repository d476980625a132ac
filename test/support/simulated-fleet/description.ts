/** What a fleet is made of: plain JSON, so that a fleet can also run as a process of its own (main.ts). */
export interface FleetDescription {
  readonly devices: readonly DeviceDescription[]
  /** Login servers, by name. */
  readonly realms?: Readonly<Record<string, RealmDescription>>
  /** All devices show one host key, as 10,000 of them need it and as cloned images do. @default false */
  readonly sharedHostKey?: boolean
  /** The port of all devices. @default any free port */
  readonly port?: number
  /** Names, serial numbers and configurations follow from it; host keys and planted secrets are always new. @default 1 */
  readonly seed?: number
}

export const simulatedPlatforms = ['cisco_ios', 'arista_eos', 'juniper_junos', 'acme_os'] as const
export type SimulatedPlatform = (typeof simulatedPlatforms)[number]

export interface DeviceDescription {
  readonly name: string
  readonly platform: SimulatedPlatform
  /** In 127.0.0.0/8. @default the next free one from 127.77.0.1 */
  readonly address?: string
  /** Who is asked about a login; a name of `realms`. */
  readonly realm?: string
  /** Local accounts: asked when there is no realm, or the realm cannot be reached. */
  readonly accounts?: readonly AccountDescription[]
  /** How local accounts lock. @default never */
  readonly lockout?: Lockout
  /** IOS `login block-for`: the port is closed to everybody after so many failures. */
  readonly blockFor?: { readonly attempts: number; readonly withinMs: number; readonly forMs: number }
  /** What the prompt and the configuration say. @default the name */
  readonly hostname?: string
  /** @default made from the name */
  readonly serial?: string
  /** IOS without one: `enable` works from the console only. EOS without one: `enable` needs no password. */
  readonly enableSecret?: string
  /** Shown before the login, as SSH banner. */
  readonly banner?: string
  /** Shown after the login. */
  readonly motd?: string
  /** Before each answer, to a login or to a command. @default 0 */
  readonly latencyMs?: number
  /** In the order the server names them. @default what the platform has */
  readonly methods?: readonly LoginMethod[]
  /** Wrong passwords on one connection until it is closed. @default 3 (IOS), 6 (EOS), 6 (Junos) */
  readonly maxAuthTries?: number
  /** Logins at once; further connections are reset. @default 16 */
  readonly lines?: number
  /** Passes TCP streams on to 127.0.0.0/8, as a jump host does. @default false */
  readonly forwards?: boolean
  /** @default ['ed25519'] */
  readonly hostKeyTypes?: readonly HostKeyType[]
  /** @default 'modern' */
  readonly algorithms?: 'modern' | 'legacy-sha1' | 'museum'
  readonly configuration?: ConfigurationDescription
  readonly faults?: Faults
  /** What the inventory says about the device; see workspace.ts. */
  readonly inventory?: Readonly<Record<string, unknown>>
}

export type LoginMethod = 'password' | 'keyboard-interactive' | 'publickey'
export type HostKeyType = 'ed25519' | 'rsa' | 'ecdsa'

export interface AccountDescription {
  readonly username: string
  readonly password?: string
  /** Lines as in authorized_keys. */
  readonly publicKeys?: readonly string[]
  /** Logs in to the privileged mode, without enable. Junos knows no other. @default false */
  readonly privileged?: boolean
}

/** Consecutive failures lock; a success before that starts the count again. */
export interface Lockout {
  readonly after: number
  /** Failures further apart than this are not counted together. @default Infinity */
  readonly withinMs?: number
  /** @default until somebody unlocks it */
  readonly forMs?: number
}

export interface RealmDescription {
  readonly accounts: readonly AccountDescription[]
  readonly lockout?: Lockout
  /** `server`: one count for all devices. `device`: the same accounts, each device counts by itself. @default 'server' */
  readonly kind?: 'server' | 'device'
}

export interface ConfigurationDescription {
  /** Roughly; at least a few hundred bytes. @default 4096 */
  readonly bytes?: number
  /** Lines that look like this and other devices' prompts, in a banner of the configuration. */
  readonly promptLikeLines?: boolean
  /** The configuration word for word, instead of a generated one. */
  readonly text?: string
}

/** What goes wrong, to order. All off by default; `setFault` changes them while the device runs. */
export interface Faults {
  /** Nothing listens on the port. */
  readonly dead?: boolean
  /** Accepts the connection, and says nothing. */
  readonly silent?: boolean
  /** A web server answers. */
  readonly notSsh?: boolean
  /** Lines without end before the identification. */
  readonly endlessGreeting?: boolean
  /** The `none` request opens the device. */
  readonly letsAnybodyIn?: boolean
  /** The login server does not answer the device: its local accounts are asked. */
  readonly realmUnreachable?: boolean
  /** A login is answered so much later than the latency says. */
  readonly slowLoginMs?: number
  /** A wrong password is never answered. */
  readonly wrongPasswordHangs?: boolean
  /** Any password resets the connection. */
  readonly resetsAfterPassword?: boolean
  /** Keyboard-interactive asks without end: with a hidden prompt, or with rounds that hold no prompt. */
  readonly endlessRounds?: 'prompts' | 'empty'
  /** Keyboard-interactive asks for more than the password: in a second round, in the same one, or with echo. */
  readonly extraPrompt?: 'next-round' | 'same-round' | 'echoed'
  /** A right password is only the first factor (RFC 4252's partial success). */
  readonly secondFactor?: boolean
  /** A right password must be changed before anything else. */
  readonly passwordExpired?: boolean
  /** A shell that never shows a prompt. */
  readonly noPrompt?: boolean
  /** The configuration stops coming after this share of it (0–1); the session stays open. */
  readonly stallsAt?: number
  /** The configuration ends after this share of it (0–1), and the prompt follows. */
  readonly truncatesAt?: number
  /** The connection is reset after this share of the configuration (0–1). */
  readonly dropsAt?: number
  /** The configuration never ends. */
  readonly endlessOutput?: boolean
}
