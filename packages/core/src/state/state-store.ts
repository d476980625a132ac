import type { Attempt, AttemptOutcome, Device, Privilege } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import type { AccountCharge, AttemptRequest, Grant, Verdict } from '../safety/attempt.ts'
import type { CellTally, OpenFailure } from '../safety/ledger-state.ts'

/**
 * What Netlatch remembers: the attempt ledger, which credential opened which device, runs, snapshots and the audit trail.
 * Every method is one transaction; a promise that resolved is on the disk. Throws STATE_BUSY when another program holds the
 * database for more than 10 s (nothing was sent then), STATE_NEWER when a newer Netlatch wrote it.
 */
export interface StateStore extends AsyncDisposable {
  /** Asks for permission to send one secret once; see safety/attempt-ledger.ts for the rules. */
  reserve(request: AttemptRequest): Promise<Verdict>
  /** Ends a grant, once. False when it had already ended (a double call, or its deadline passed): nothing changed then. */
  finish(grant: Grant, outcome: AttemptOutcome): Promise<boolean>
  /** What the ledger would answer now, without changing anything; for plans and for choosing the next device. */
  preview(requests: readonly AttemptRequest[]): Promise<readonly Verdict[]>
  /**
   * The counters of these accounts, for plans, `explain` and results. Asked with whole charges it leaves out the failures
   * that are explained; a bare key does not say how the account counts, and then all are in.
   */
  accounts(keys: readonly (AccountKey | AccountCharge)[]): Promise<readonly AccountStanding[]>
  /** Homes of these accounts: secrets that have worked, with devices a verification or recheck may use, latest first. */
  homes(keys: readonly AccountKey[]): Promise<readonly Home[]>
  /**
   * A person vouches for these secrets: lifts their quarantine and negative memory, and the spent budget of their accounts.
   * Returns what was lifted. Proof is not renewed: the next login with such a secret is a recheck.
   */
  release(
    keys: readonly AccountKey[],
    secretIds: readonly string[],
  ): Promise<{ readonly quarantines: number; readonly failures: number }>
  /**
   * What counts for one account counts for another as well from now on: failures, proofs, logins in flight. Nothing is taken
   * from the first, and twice is once.
   */
  carryOver(from: AccountKey, to: AccountCharge): Promise<void>
  /** Secrets refused by a device before: `device → secret ids`. */
  rejections(devices?: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>

  /** What is known of each device; devices never seen are absent. */
  devices(names?: readonly string[]): Promise<ReadonlyMap<string, DeviceRecord>>
  saveDevice(record: DeviceRecord): Promise<void>
  /** Attempts on a device, latest first. @default limit 100 */
  history(device: string, options?: { readonly limit?: number }): Promise<readonly Attempt[]>
  credentialStats(): Promise<readonly CredentialStats[]>

  startRun(run: { readonly operation: string; readonly selection: string; readonly devices: number }): Promise<string>
  saveResult(runId: string, result: DeviceResult): Promise<void>
  finishRun(runId: string, summary: Readonly<Record<string, unknown>>): Promise<void>
  runs(options?: { readonly operation?: string; readonly limit?: number }): Promise<readonly RunRecord[]>
  /** The results of a run, the last one without an id, as far as they came. */
  results(runId?: string): Promise<readonly StoredResult[]>

  /** A run of a job begins; its run is started with {@link startRun}. */
  startJobRun(run: Omit<JobRunRecord, 'startedAt' | 'finishedAt' | keyof JobRunEnd>): Promise<void>
  finishJobRun(runId: string, end: JobRunEnd): Promise<void>
  /** Runs of jobs, latest first. @default limit 100 */
  jobRuns(options?: { readonly job?: string; readonly limit?: number }): Promise<readonly JobRunRecord[]>

  /** Good and held captures of a device, latest first. */
  snapshots(device?: string, options?: SnapshotQuery): Promise<readonly SnapshotRecord[]>
  /**
   * The latest capture of each device that was not held; with `proven`, the latest one that is good.
   * @default configuration 'running'
   */
  lastSnapshots(
    configuration?: SnapshotRecord['configuration'],
    options?: { readonly proven?: boolean },
  ): Promise<ReadonlyMap<string, SnapshotRecord>>
  /** An equal capture was made again: the configuration is still that one, and proven unless said otherwise. */
  confirmSnapshot(id: string, at: Date, unprovenBecause?: string): Promise<void>
  saveSnapshot(snapshot: Omit<SnapshotRecord, 'id'>): Promise<string>
  /** Forgets a held capture that was accepted or dropped. */
  dropSnapshot(id: string): Promise<void>

  /** Who used which credential where, and what came of it; latest first. @default limit 100 */
  audit(query?: AuditQuery): Promise<readonly AuditEntry[]>
  /**
   * Walks the audit trail's chain of hashes from its start. A changed, removed, added or reordered entry is found, at the end
   * too.
   * Somebody who may write the database can write a whole new chain; `head`, noted elsewhere, tells that apart: it must
   * appear again.
   */
  verifyAudit(options?: { readonly expectHead?: string }): Promise<AuditVerdict>

  vaultPin(): Promise<VaultPin | undefined>
  saveVaultPin(pin: VaultPin): Promise<void>

  /** Changes whenever any program wrote to the store. Cheap: may be asked several times a second. */
  version(): Promise<number>
  /** Changes whenever another program wrote to the store; writes through this one may change it too. Cheap. */
  versionOfOthers(): Promise<number>
}

/** A username in a realm, folded as in {@link AttemptRequest}. */
export interface AccountKey {
  readonly realm: string
  readonly username: string
}

export interface AccountStanding extends AccountKey {
  /** Failures that count now: on unknown ground and not explained, plus the worst home's. */
  readonly failed: number
  readonly inFlight: number
  readonly lastFailureAt?: Date
  /** The failures on unknown ground one by one, also those that are explained. */
  readonly open: readonly OpenFailure[]
  /** How its secrets fared among alike devices. */
  readonly cells: readonly CellTally[]
}

export interface Home extends AccountKey {
  readonly secretId: string
  readonly purpose: 'login' | 'enable'
  readonly lastOkAt: Date
  readonly fails: number
  readonly inFlight: number
  readonly quarantinedAt?: Date
  /** Devices it opened, latest first; at most 32. */
  readonly devices: readonly string[]
}

export interface DeviceRecord {
  readonly device: string
  /** The credential that opened it last; null when none did. */
  readonly credential: string | null
  readonly credentialRev?: number
  readonly secretId?: string
  readonly privilege: Privilege
  readonly code: ResultCode
  readonly message: string
  readonly testedAt: Date
  /** When a credential last opened it. */
  readonly openedAt?: Date
  /** What the device is, when `autodetect` or a session found out. */
  readonly platform?: string
  /** Login methods the server offered for the username, so that the next connection need not ask. */
  readonly methods?: readonly string[]
}

export interface CredentialStats {
  readonly credential: string
  readonly successes: number
  readonly failures: number
  readonly lastUsedAt?: Date
  /** Exponentially weighted, 0.9 old + 0.1 new; 0–1. */
  readonly successRate: number
}

export interface RunRecord {
  readonly id: string
  readonly operation: string
  readonly selection: string
  readonly devices: number
  readonly startedAt: Date
  readonly finishedAt?: Date
  readonly summary?: Readonly<Record<string, unknown>>
}

/** How a run of a job ended; all 0 until then. */
export interface JobRunEnd {
  readonly succeeded: number
  readonly failed: number
  /** Devices that were left out because the job stopped. */
  readonly notStarted: number
  /** Tries beyond the first, over all devices. */
  readonly retries: number
  /** Files that were written. */
  readonly saved: number
  readonly stoppedBecause?: string
}

export interface JobRunRecord extends JobRunEnd {
  readonly runId: string
  readonly job: string
  /** The batch that it was part of. */
  readonly batch?: string
  /** SHA-256 of the job's file. */
  readonly digest: string
  readonly devices: number
  readonly startedAt: Date
  /** Absent while it runs, and for good when the program was killed. */
  readonly finishedAt?: Date
}

export interface StoredResult {
  readonly device: string
  readonly code: ResultCode
  readonly message: string
  readonly credential: string | null
  readonly at: Date
}

export interface SnapshotQuery {
  readonly limit?: number
  /** Only held ones, or only the others. */
  readonly held?: boolean
  readonly configuration?: SnapshotRecord['configuration']
}

export interface SnapshotRecord {
  readonly id: string
  readonly device: Device['name']
  readonly configuration: 'running' | 'startup'
  readonly capturedAt: Date
  /** When an equal capture was made last. */
  readonly seenAt: Date
  /** Of the redacted text, UTF-8. */
  readonly bytes: number
  readonly sections: number
  readonly runId: string
  /** Of the normalised text: equal hashes are unchanged configurations. */
  readonly sha256: string
  /** Path and commit in the archive; a held capture has none. */
  readonly path?: string
  readonly commit?: string
  /** Why a capture was held, `cut off: no "end"`; its blob is kept in the archive under `refs/held/`. */
  readonly heldBecause?: string
  /** Why nothing shows that the device had not stopped early; absent for a good one. */
  readonly unprovenBecause?: string
  readonly blob?: string
}

/** What the vault looked like when it was last accepted here: a later one must continue it. */
export interface VaultPin {
  readonly vaultId: string
  /** Fingerprint of the data key. */
  readonly fingerprint: string
  /** The highest that was seen. */
  readonly epoch: number
  /** The highest revision that was seen of each credential, of those that are not in the vault now too. */
  readonly revs: Readonly<Record<string, number>>
}

export interface AuditQuery {
  readonly device?: string
  readonly credential?: string
  readonly since?: Date
  readonly limit?: number
}

export interface AuditEntry extends AuditFact {
  /** Counts from 1. */
  readonly seq: number
  readonly at: Date
  /** Of the operating system. */
  readonly user: string
  readonly host: string
  readonly program: string
  readonly hash: string
}

export interface AuditFact {
  /** `login` and `enable`: a secret was granted. `release`: a person lifted a quarantine or a spent budget. */
  readonly action: 'login' | 'enable' | 'release'
  readonly device: string | null
  readonly credential: string | null
  readonly username: string
  readonly secretId: string
  /** Why the ledger allowed it: `known`, `recheck`, `unknown` … */
  readonly ground: string | null
  /** The run that asked for it; `runs` knows its operation and selection. */
  readonly runId: string | null
  /** `ok`, `rejected`, `unclear`, `unsent`, or what a release lifted. */
  readonly result: string
}

export type AuditVerdict =
  | { readonly intact: true; readonly entries: number; readonly head: string }
  | {
      readonly intact: false
      /** Of the first entry that does not hold. */
      readonly seq: number
      readonly found: 'changed' | 'missing' | 'added' | 'replaced'
    }

/** What a look at the stored state found; nothing was changed by looking. */
export interface StateFileCheck {
  readonly path: string
  /** 0 where there is no file yet. */
  readonly bytes: number
  /** What writes it. sql.js lets in one program at a time. */
  readonly engine: 'node:sqlite' | 'sql.js'
  /** The program that has it now, with sql.js. */
  readonly heldBy?: string
  /** Steps of the schema that it has, and that this version knows. */
  readonly schema: number
  readonly latest: number
  /** Damage of the file, and contradictions of the attempt ledger. */
  readonly problems: readonly string[]
}
