import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import type { LoginSecret } from '../secret.ts'

/** A reference as it stands in the vault, `env:CORE_PASSWORD`, with `{name}` and `{site}` not yet filled in. */
export type SecretRef = string

/**
 * Hands a secret to `fn` for the length of the call. Returns null when it is not here (`fn` was not called); throws
 * `SECRET_UNAVAILABLE` only when it could not look.
 */
export interface SecretProvider {
  /** `env` serves `env:CORE_PASSWORD`. */
  readonly scheme: string
  use<T>(
    ref: SecretRef,
    device: Device,
    fn: (secret: LoginSecret) => Promise<T>,
    options?: Abortable,
  ): Promise<T | null>
}
