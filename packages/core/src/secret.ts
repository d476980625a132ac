import { inspect } from 'node:util'

/**
 * A secret that cannot be printed by accident: it is `[secret]` as a string, in JSON, under inspect and in templates, and
 * structured clone refuses it. Open it with {@link Secret.reveal}, at the call that sends it, and nowhere else.
 */
export class Secret {
  /** A function of its own on each object: the value lives in its closure, and structured clone refuses to copy it. */
  readonly reveal: () => string

  constructor(value: string) {
    this.reveal = () => value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** A key that stays in an SSH agent. Nothing here is secret. */
export interface AgentKey {
  /** `SHA256:…`, as ssh-add -l prints it. */
  readonly fingerprint: string
  /** Path of the agent's socket, or the name of its pipe on Windows. */
  readonly socket: string
}

/** What a vault or another store keeps of a credential. A username with neither password nor key cannot log in. */
export interface StoredLogin {
  readonly password?: Secret
  readonly privateKey?: Secret
  /** Of the private key. */
  readonly passphrase?: Secret
  readonly enable?: Secret
}

/** What a login can be made with. */
export interface LoginSecret extends StoredLogin {
  /** In place of a private key. */
  readonly agentKey?: AgentKey
}
