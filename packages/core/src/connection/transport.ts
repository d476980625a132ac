import type { Duplex } from 'node:stream'
import type { AlgorithmProfile } from '../model.ts'
import type { Abortable } from '../progress.ts'
import type { AgentKey, Secret } from '../secret.ts'

/**
 * How Netlatch reaches a device. `open` ends before any secret: the host key has been checked and the server's login
 * methods are known. `login` sends one secret once. Both throw `NetlatchError` with a result code when the device, the
 * network or the server is at fault; a wrong password is an answer, not an error.
 */
export interface Transport {
  open(target: Target, options: OpenOptions): Promise<Handshake>
  /**
   * Key exchange only: no user name, no login service, no secret, and no decision about the key. The server has proved that
   * it holds the private key. For `trust --scan`.
   */
  readHostKey(target: Target, options?: ReachOptions): Promise<ShownHostKey>
}

/** How to reach a server, whatever is done there. */
export interface ReachOptions extends Abortable {
  readonly limits?: Partial<ConnectionLimits>
  /** A stream through a jump host, instead of a TCP connection. */
  readonly via?: Forwarder
  readonly onPhase?: (phase: ConnectionPhase, durationMs: number) => void
}

/** The host key of a server that was only looked at. */
export interface ShownHostKey {
  readonly address: string
  readonly hostKey: HostKey
  readonly identification: string
  readonly agreed: AgreedAlgorithms
  readonly phases: Readonly<Partial<Record<ConnectionPhase, number>>>
}

/** What both ends settled on, from the server to this end. */
export interface AgreedAlgorithms {
  readonly keyExchange: string
  readonly hostKey: string
  readonly cipher: string
  /** Absent where the cipher authenticates by itself. */
  readonly mac?: string
}

export interface Target {
  /** What messages call it: the device's name, or the jump host's. */
  readonly name: string
  /** Tried in order until one accepts a TCP connection. */
  readonly hosts: readonly string[]
  readonly port: number
  readonly algorithms: AlgorithmProfile
  /** Key types to ask for first, because known_hosts has them (`ssh-ed25519`). */
  readonly hostKeyTypes?: readonly string[]
}

export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` … */
  readonly type: string
  /** The public key blob as in known_hosts, base64. */
  readonly key: string
  /** `SHA256:…` as OpenSSH prints it. */
  readonly fingerprint: string
  /** Key length in bits; RSA only. */
  readonly bits?: number
}

export type LoginMethod = 'password' | 'keyboard-interactive' | 'publickey'

export interface OpenOptions extends ReachOptions {
  readonly username: string
  /**
   * Decides about the host key before anything else is sent; synchronous on purpose: a promise is truthy, and ssh2 would
   * take it for a yes. Throw a `NetlatchError` (HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_KEY_REVOKED) to refuse.
   * A key that shall be stored is stored after `open` returned: only then the server has proved that the key is its own.
   */
  readonly checkHostKey: (key: HostKey, address: string) => void
  /** The server's methods as remembered; without them one `none` request asks for them. */
  readonly methods?: readonly LoginMethod[]
}

export type ConnectionPhase =
  | 'dns'
  | 'tcp'
  | 'identification'
  | 'key-exchange'
  | 'host-key'
  | 'methods'
  | 'authentication'
  | 'prompt'

export interface ConnectionLimits {
  /** Name lookup, and TCP connection to each address. @default 10_000 */
  readonly connectMs: number
  /** The server's identification line. @default 10_000 */
  readonly identificationMs: number
  /** @default 20_000 */
  readonly keyExchangeMs: number
  /** Asking for the methods, and each login. @default 30_000 */
  readonly authenticationMs: number
  /** Opening a shell or a forwarded stream on a connection. @default 20_000 */
  readonly channelMs: number
}

/** A server that proved its host key and waits for a login. Close it when no login follows. */
export interface Handshake extends AsyncDisposable {
  /** The address that answered. */
  readonly address: string
  readonly hostKey: HostKey
  /** What the server accepts, in its order; the remembered ones where they were given. Never empty. */
  readonly methods: readonly LoginMethod[]
  /** Whether another `login` may be sent here: a key that was refused costs nothing, three passwords are the limit. */
  readonly isOpen: boolean
  /** `SSH-2.0-…` without control characters. */
  readonly identification: string
  readonly phases: Readonly<Partial<Record<ConnectionPhase, number>>>
  /**
   * Sends one secret by one method, once. `sendBefore` (monotonic, `performance.now()`) is checked right before the
   * write; at the deadline the socket is destroyed.
   */
  login(login: LoginAttempt): Promise<LoginAnswer>
}

export interface LoginAttempt extends Abortable {
  readonly method: LoginMethod
  readonly password?: Secret
  readonly privateKey?: Secret
  readonly passphrase?: Secret
  readonly agentKey?: AgentKey
  readonly sendBefore: number
}

/**
 * - `accepted`: the connection is open.
 * - `rejected`: the server said no; `mayTryAgain` when the same connection takes another secret of this username. With
 *   SECOND_FACTOR the secret was right, and the server wants another one on top.
 * - `unclear`: sent, and no answer that proves anything (time-out, reset, disconnect). Counts as a failed login.
 * - `unsent`: provably nothing was sent (deadline passed, aborted before, the key was refused before a signature).
 */
export type LoginAnswer =
  | { readonly outcome: 'accepted'; readonly connection: Connection }
  | { readonly outcome: 'rejected'; readonly code: LoginFailureCode; readonly mayTryAgain: boolean }
  | { readonly outcome: 'unclear'; readonly code: LoginFailureCode; readonly reason: string }
  | { readonly outcome: 'unsent'; readonly code: LoginFailureCode | 'ABORTED'; readonly reason: string }

export type LoginFailureCode =
  | 'AUTH_REJECTED'
  | 'AUTH_UNCLEAR'
  | 'AUTH_METHOD'
  | 'EXTRA_PROMPT'
  | 'PASSWORD_EXPIRED'
  | 'SECOND_FACTOR'
  | 'SESSION_LOST'
  | 'DEVICE_BUSY'
  | 'SECRET_UNAVAILABLE'

/** What reaches further hosts: a logged-in jump host, or the system's own `ssh -W`. */
export interface Forwarder {
  /** What messages call it. */
  readonly name: string
  /** A TCP stream from the far side. Throws UNREACHABLE, REFUSED or JUMP_HOST_FAILED. */
  forward(host: string, port: number, options?: Abortable): Promise<Duplex>
}

/** An open, logged-in connection. */
export interface Connection extends Forwarder, AsyncDisposable {
  readonly address: string
  readonly isOpen: boolean
  /** An interactive shell with a terminal of this width and height. */
  shell(size: { readonly columns: number; readonly rows: number }, options?: Abortable): Promise<Shell>
  /** Calls back once when the connection is gone, whoever closed it. */
  onClose(callback: (reason: string) => void): void
}

/** The bytes of a terminal session. `onData` gives chunks as they come; nothing is read before it is set. */
export interface Shell extends AsyncDisposable {
  write(text: string): void
  onData(callback: (chunk: Buffer) => void): void
  onClose(callback: () => void): void
  /** Back-pressure: a paused shell asks the device for no more; at most 2 MB wait in memory. */
  pause(): void
  resume(): void
  /** The terminal has another size now. */
  resize(size: { readonly columns: number; readonly rows: number }): void
}
