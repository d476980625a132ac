import type { LoginMethod } from '../connection/transport.ts'
import type { ResultFacts } from '../device-result.ts'
import type { Credential, Privilege } from '../model.ts'
import type { AttemptSummary } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import type { DeviceRecord } from '../state/state-store.ts'
import type { OpenResult, Trace } from './open-device.ts'

/** What is noted while a device is worked on. */
export interface DeviceNotes {
  /** A secret was sent after the login. */
  attempted(attempt: AttemptSummary): void
  sawPrivilege(privilege: Privilege): void
  /** What a device of the platform `autodetect` turned out to be, now or in an earlier run. */
  platform: string | undefined
}

/** What has happened with one device so far in a run. `W` is what its work gave. */
export class DeviceTrace<W> implements DeviceNotes {
  readonly #remembered: DeviceRecord | undefined
  readonly #started = performance.now()
  #attempts: readonly AttemptSummary[] = []
  #phases: Trace['phases'] = {}
  #host: string | undefined
  /** The credential that opened it, and the fingerprint of what was sent. */
  credential: Credential | undefined
  secretId: string | undefined
  methods: readonly LoginMethod[] | undefined
  privilege: Privilege = 'unknown'
  platform: string | undefined
  /** Of the credentials that did not open it, the failure that says most. */
  failure: (OpenResult & { kind: 'failed' }) | undefined
  /** Stands unless a better login follows. */
  provisional: W | undefined

  constructor(remembered: DeviceRecord | undefined) {
    this.#remembered = remembered
    this.platform = remembered?.platform
  }

  add({ attempts, phases, host }: Trace): void {
    this.#attempts = [...this.#attempts, ...attempts]
    this.#phases = phases
    this.#host = host ?? this.#host
  }

  get hasLoggedIn(): boolean {
    return this.#attempts.some(({ outcome, purpose }) => outcome === 'ok' && purpose === 'login')
  }

  attempted(attempt: AttemptSummary): void {
    this.#attempts = [...this.#attempts, attempt]
  }

  sawPrivilege(privilege: Privilege): void {
    this.privilege = privilege
  }

  opened(credential: Credential, { secretId, methods }: OpenResult & { kind: 'opened' }): void {
    Object.assign(this, { credential, secretId, methods })
  }

  failed(opened: OpenResult & { kind: 'failed' }): void {
    if (!this.failure || tells(opened.code) >= tells(this.failure.code)) this.failure = opened
  }

  /** The login methods that the server offered before, when it was the same credential. */
  methodsOf(credential: Credential): readonly LoginMethod[] | undefined {
    const { credential: name, methods } = this.#remembered ?? {}
    return name === credential.name && methods && methods.length > 0 ? (methods as readonly LoginMethod[]) : undefined
  }

  facts(previous: string | null, now: Date): Omit<ResultFacts, 'code'> {
    const credential = this.credential?.name
    return {
      ...(credential !== undefined && { credential }),
      ...(credential !== undefined && previous !== null && previous !== credential && { previousCredential: previous }),
      ...(this.#host !== undefined && { host: this.#host }),
      privilege: this.privilege,
      attempts: this.#attempts,
      phases: this.#phases,
      durationMs: Math.round(performance.now() - this.#started),
      testedAt: now,
    }
  }
}

/** What a person wants to hear of several failures, the least telling first. */
const telling: readonly ResultCode[] = [
  'NO_CANDIDATE',
  'AUTH_METHOD',
  'SECRET_UNAVAILABLE',
  'AUTH_REJECTED',
  'AUTH_UNCLEAR',
  'EXTRA_PROMPT',
  'PASSWORD_EXPIRED',
]

function tells(code: ResultCode): number {
  return telling.indexOf(code)
}
