import type { Origin, Problem } from './model.ts'
import type { ResultCode } from './result-codes.ts'

/** What can be wrong with the input or the surroundings, and the exit code of the CLI for each. */
export const errorCodes = {
  USAGE: 2,
  NOTHING_SELECTED: 2,
  NOT_CONFIRMED: 2,
  NOT_FOUND: 2,
  SELECTION_INVALID: 2,
  INPUT_INVALID: 3,
  WORKSPACE_MISSING: 3,
  FILE_UNREADABLE: 3,
  FILE_CHANGED: 3,
  FILE_FORBIDDEN: 3,
  GIT_FAILED: 3,
  SOURCE_FAILED: 3,
  KNOWN_HOSTS_INVALID: 3,
  VAULT_LOCKED: 4,
  VAULT_TAMPERED: 4,
  VAULT_REPLACED: 4,
  VAULT_ROLLED_BACK: 4,
  STATE_BUSY: 5,
  STATE_NEWER: 5,
  STATE_UNAVAILABLE: 5,
} as const satisfies Record<string, 2 | 3 | 4 | 5>

export type ErrorCode = keyof typeof errorCodes | ResultCode

export interface NetlatchErrorOptions {
  readonly cause?: unknown
  /** The place that is to blame, when there is one. */
  readonly at?: Origin
  /** What to do next: one command or one sentence. */
  readonly advice?: string
  /** All problems of the files, when there is more to say than one message. */
  readonly problems?: readonly Problem[]
  /** What fills the places of the result code's texts. Never a secret. */
  readonly details?: Readonly<Record<string, string | number>>
}

/**
 * The one error class. With a code of {@link errorCodes} it reaches the caller: the input or the surroundings are at fault.
 * With a result code it says why one device failed; operations turn it into that device's result.
 */
export class NetlatchError extends Error {
  override readonly name = 'NetlatchError'
  readonly code: ErrorCode
  readonly at: Origin | undefined
  readonly advice: string | undefined
  readonly problems: readonly Problem[]
  readonly details: Readonly<Record<string, string | number>>

  constructor(code: ErrorCode, message: string, options: NetlatchErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.at = options.at
    this.advice = options.advice
    this.problems = options.problems ?? []
    this.details = options.details ?? {}
  }
}

/** The exit code of the CLI for an error: 1 for what one device did wrong. */
export function errorExitCode(code: ErrorCode): 1 | 2 | 3 | 4 | 5 {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as keyof typeof errorCodes] : 1
}
