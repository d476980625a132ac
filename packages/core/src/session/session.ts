import type { Privilege } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Abortable } from '../progress.ts'
import type { Secret } from '../secret.ts'

/** A shell whose prompt is known. Calls are carried out one after the other; any error but USAGE ends the session. */
export interface Session extends AsyncDisposable {
  readonly platform: Platform
  /** As last seen, without blanks at its end. Exact once a command has been sent. */
  readonly prompt: string
  /** From the prompt; undefined where the platform's prompt does not show it. */
  readonly hostname: string | undefined
  /** From the prompt as last seen. */
  readonly privilege: Privilege
  /** Sends one command. Throws COMMAND_TIMED_OUT, OUTPUT_TOO_LARGE, SESSION_LOST, or the signal's reason. */
  run(command: string, options?: RunCommandOptions): Promise<CommandAnswer>
  /** Sends several, as many at once as the platform allows where all of them only read. Limits count per command. */
  runAll(commands: readonly string[], options?: RunCommandOptions): Promise<readonly CommandAnswer[]>
  /**
   * The same shell, read as the platform that it turned out to be; this session must not be used any more. Undefined when the
   * prompt is none of that platform's.
   */
  become(platform: Platform): Session | undefined
  /**
   * Raises the privilege with the enable secret, sent at most once and only when asked for. Without one a device that asks is
   * left, and that session is over. Never throws: the caller has a reservation to settle.
   */
  enable(secret: Secret | undefined, options?: EnableOptions): Promise<EnableAnswer>
}

export interface RunCommandOptions extends Abortable {
  /** For each command, from its sending (or the end of the one before) to its prompt. @default 120_000 */
  readonly timeoutMs?: number
  /** For each command. @default 16 MiB */
  readonly maxBytes?: number
  /**
   * Whether the (last) output is complete by its own structure: then the learned prompt behind it is enough, and the round trip
   * that confirms the prompt is saved.
   */
  readonly isComplete?: (output: string) => boolean
}

export interface CommandAnswer {
  readonly command: string
  /** All lines between the echo and the prompt that came back, each with its `\n`; nothing trimmed. */
  readonly output: string
  /** The device's own line, when it refused the command. */
  readonly error?: string
  readonly durationMs: number
}

export interface EnableOptions extends Abortable {
  /** Checked right before the secret is written; on the monotonic clock (`performance.now()`). */
  readonly sendBefore?: number
  /** For the whole step. @default 30_000 */
  readonly timeoutMs?: number
}

/**
 * - `privileged`: the secret was sent, and the prompt is privileged now.
 * - `refused`: it was sent, and the device said no. A device that asked again was not answered; that session is over.
 * - `unclear`: it was sent, and nothing that proves anything came back. That session is over.
 * - `unsent`: provably no secret was sent: already privileged, raised without being asked (see `privilege`), no secret to send,
 *   deadline, abort, lost before.
 */
export type EnableAnswer = 'privileged' | 'refused' | 'unclear' | 'unsent'
