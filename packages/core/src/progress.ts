import type { AttemptOutcome, Privilege } from './model.ts'
import type { DeviceOutcome, ResultCode } from './result-codes.ts'

/** What came out for one device. Safe to print, store and send: it holds names, never secrets. */
export interface DeviceResult {
  readonly device: string
  readonly host: string
  readonly site?: string
  readonly platform: string
  readonly outcome: DeviceOutcome
  readonly code: ResultCode
  /** `fra-dist-02: host key changed`. */
  readonly message: string
  /** The next command, or empty. */
  readonly advice: string
  readonly credential: string | null
  readonly previousCredential?: string
  readonly privilege: Privilege
  /** Every secret that was sent for this device, in order. */
  readonly attempts: readonly AttemptSummary[]
  /** When the budget lets the next login through. */
  readonly deferredUntil?: Date
  /** Milliseconds per phase reached: dns, tcp, identification, key-exchange, host-key, authentication, prompt. */
  readonly phases: Readonly<Record<string, number>>
  readonly durationMs: number
  readonly testedAt: Date
  /** What filled the code's texts, as `{ port: 22 }`. */
  readonly details: Readonly<Record<string, string | number>>
}

export interface AttemptSummary {
  readonly credential: string
  readonly username: string
  readonly purpose: 'login' | 'enable'
  readonly outcome: AttemptOutcome
  readonly at: Date
  readonly durationMs: number
}

export type ProgressEvent<R extends DeviceResult = DeviceResult> =
  | { readonly type: 'started'; readonly devices: number; readonly runId: string }
  | { readonly type: 'result'; readonly result: R; readonly done: number; readonly devices: number }
  | {
      readonly type: 'waiting'
      readonly devices: number
      readonly until: Date
      readonly because: string
      /** The command with which a person ends the wait, where one does. */
      readonly release?: string
    }
  /** Something a person should read once, in whole sentences. */
  | { readonly type: 'notice'; readonly text: string }
  | {
      /** A backup run that had been killed is finished: what it had saved is in the archive now. */
      readonly type: 'recovered'
      readonly runId: string
      readonly captures: number
      readonly commit: string | null
    }

export interface Abortable {
  readonly signal?: AbortSignal
}

export interface RunOptions<R extends DeviceResult = DeviceResult> extends Abortable {
  readonly onProgress?: (event: ProgressEvent<R>) => void
}
